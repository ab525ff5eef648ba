import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { watchBuilding } from "../../define/record.ts";
import { collectDefinition } from "./collect-definition.ts";
import { guardIntrinsics } from "./guard-intrinsics.ts";
import type { DefinitionFile, Failure, Job, LoadedFile } from "./protocol.ts";
import { recordEndings } from "./record-endings.ts";
import { type ImportRecord, recordImports } from "./record-imports.ts";
import { say } from "./say.ts";
import { toFailure } from "./to-failure.ts";
import { toUnused, type UnusedNodes } from "./to-unused.ts";
import type { WatchData } from "./watch-main-thread.ts";

const { setTimeout: delay, clearTimeout: cancel, setImmediate: soon } = globalThis;
const JOB_INPUT = 0;
/** The main thread's own look at a module that waits comes first; the watchdog is for one that does not yield. */
const WATCHDOG_LATER_MS = 300;
const LOOK_MS = 100;

/** What every file of a job shares. */
interface Loading {
  readonly job: Job;
  readonly imports: ImportRecord;
  readonly unused: UnusedNodes;
  readonly beats: Int32Array;
  readonly strays: unknown[];
  readonly restoreIntrinsics: () => string[];
}

/** Loads every file of the job that stands on standard input, says what each gives, and ends the process. */
export function loadFiles(self: URL): void {
  const job = JSON.parse(readFileSync(JOB_INPUT, "utf8")) as Job;
  const beats = new Int32Array(new SharedArrayBuffer(4));
  startWatchdog(self, {
    beats,
    root: job.root,
    silenceMs: job.silenceMs + WATCHDOG_LATER_MS,
    memoryMb: job.memoryMb,
  });
  const end = recordEndings(job.root);
  const strays: unknown[] = [];
  process.on("unhandledRejection", (reason) => strays.push(reason));
  process.on("uncaughtException", (error) => strays.push(error));
  void loadAll(job, beats, strays).then(
    () => {
      say({ is: "done" });
      process.removeAllListeners("exit");
      end(0);
    },
    (error: unknown) => {
      process.stderr.write(`maestro: ${error instanceof Error ? error.stack : String(error)}\n`);
      end(70);
    },
  );
}

function startWatchdog(self: URL, workerData: WatchData): void {
  const worker = new Worker(self, {
    workerData,
    stdout: false,
    stderr: false,
    env: {},
    execArgv: ["--no-warnings"],
  });
  worker.unref();
  worker.on("error", () => undefined);
}

async function loadAll(job: Job, beats: Int32Array, strays: unknown[]): Promise<void> {
  if (job.loader === "tsx") {
    const { register } = await import("tsx/esm/api");
    register();
  }
  const imports = recordImports(job.root, () => void (beats[0] && Atomics.add(beats, 0, 1)));
  const unused = toUnused(job.root, watchBuilding().built);
  const loading: Loading = { job, imports, unused, beats, strays, restoreIntrinsics: guardIntrinsics() };
  for (let i = 0; i < job.files.length; i++) {
    const file = job.files[i]!;
    say({ is: "loading", file: file.file });
    const loaded = await loadFile(file, loading);
    if (loaded === "needsTsx") return say({ is: "needsTsx" });
    say({ is: "loaded", loaded, imports: imports.take() });
  }
}

async function loadFile(file: DefinitionFile, loading: Loading): Promise<LoadedFile | "needsTsx"> {
  const { job, imports, beats, strays, unused, restoreIntrinsics } = loading;
  imports.missing = undefined;
  strays.length = 0;
  Atomics.store(beats, 0, 1);
  const outcome = await importModule(pathToFileURL(`${job.root}/${file.file}`).href, beats, job.silenceMs);
  await new Promise<void>((resolve) => soon(resolve));
  Atomics.store(beats, 0, 0);
  const changed = restoreIntrinsics();
  const failures: Failure[] = strays.map(
    (stray) => toFailure(stray, { root: job.root, missing: undefined }) as Failure,
  );
  if ("failed" in outcome) {
    if (outcome.failed === ENDLESS) failures.push({ is: "endless", afterMs: job.silenceMs, site: undefined });
    else {
      const failure = toFailure(outcome.failed, { root: job.root, missing: imports.missing });
      if (failure === "needsTsx" && job.loader === "strip") return failure;
      if ("finding" in (failure as object)) {
        return {
          file: file.file,
          failures,
          changed,
          findings: [(failure as { finding: LoadedFile["findings"][number] }).finding],
        };
      }
      failures.push(failure as Failure);
    }
    return { file: file.file, failures, findings: [], changed };
  }
  const collected = await collectDefinition(outcome.module, file, { root: job.root, unused });
  return {
    file: file.file,
    failures: [...failures, ...collected.failures],
    findings: collected.findings,
    changed,
    ...(collected.definition ? { definition: collected.definition } : {}),
  };
}

const ENDLESS = Symbol("endless");

/** Imports `url`; gives up when nothing has happened for `silenceMs`, or when nothing is left that could happen. */
function importModule(
  url: string,
  beats: Int32Array,
  silenceMs: number,
): Promise<{ module: { default?: unknown } } | { failed: unknown }> {
  return new Promise((resolve) => {
    const settle = (outcome: { module: object } | { failed: unknown }) => {
      process.off("beforeExit", giveUp);
      cancel(timer);
      resolve(outcome);
    };
    const giveUp = () => settle({ failed: ENDLESS });
    let beat = Atomics.load(beats, 0);
    let silentMs = 0;
    let lookedAt = performance.now();
    const look = () => {
      const now = performance.now();
      const isSilent = Atomics.load(beats, 0) === beat;
      // Time in which the machine slept is no silence of the module's.
      silentMs = isSilent ? silentMs + Math.min(now - lookedAt, 2 * LOOK_MS) : 0;
      [beat, lookedAt] = [Atomics.load(beats, 0), now];
      if (silentMs >= silenceMs) giveUp();
      else timer = delay(look, LOOK_MS).unref();
    };
    let timer = delay(look, LOOK_MS).unref();
    process.on("beforeExit", giveUp);
    import(url).then(
      (module: object) => settle({ module }),
      (failed: unknown) => settle({ failed }),
    );
  });
}
