import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { watchBuilding } from "../../define/record.ts";
import { collectDefinition } from "./collect-definition.ts";
import { findCopies } from "./find-copies.ts";
import { guardIntrinsics } from "./guard-intrinsics.ts";
import type { DefinitionFile, Failure, Job, LoadedFile, TsxReason } from "./protocol.ts";
import { recordEndings } from "./record-endings.ts";
import { type ImportRecord, recordImports } from "./record-imports.ts";
import { say } from "./say.ts";
import { toFailure } from "./to-failure.ts";
import { toUnused, type UnusedNodes } from "./to-unused.ts";
import { type HandleWatch, watchHandles } from "./watch-handles.ts";
import { type ImpurityWatch, watchImpurity } from "./watch-impurity.ts";
import { COLLECTING, type WatchData } from "./watch-main-thread.ts";

// Taken before they are watched, or replaced.
const { setTimeout: delay, clearTimeout: cancel, setImmediate: soon } = globalThis;
const now = performance.now.bind(performance);
const JOB_INPUT = 0;
/** The main thread's own look at a module that waits comes first; the watchdog is for one that does not yield. */
const WATCHDOG_LATER_MS = 300;
const LOOK_MS = 100;
/** The configuration is about one machine, and no part of a plan. */
const CONFIG_MAY_READ = new Set(["environment"] as const);
const NOTHING: ReadonlySet<never> = new Set();

/** What every file of a job shares. */
interface Loading {
  readonly job: Job;
  readonly imports: ImportRecord;
  readonly unused: UnusedNodes;
  readonly beats: Int32Array;
  readonly strays: unknown[];
  readonly impurity: ImpurityWatch;
  readonly handles: HandleWatch;
  readonly restoreIntrinsics: () => string[];
  readonly newCopies: () => Failure[];
}

/** Loads every file of the job that stands on standard input, says what each gives, and ends the process. */
export function loadFiles(self: URL): void {
  const job = JSON.parse(readFileSync(JOB_INPUT, "utf8")) as Job;
  const beats = new Int32Array(new SharedArrayBuffer(8));
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
  const loading: Loading = {
    job,
    imports,
    unused,
    beats,
    strays,
    impurity: watchImpurity(job.root),
    handles: watchHandles(job.root),
    // Last: what it puts back are the functions that are watched.
    restoreIntrinsics: guardIntrinsics(),
    newCopies: findCopies(job.root, imports),
  };
  for (let i = 0; i < job.files.length; i++) {
    const file = job.files[i]!;
    say({ is: "loading", file: file.file });
    const loaded = await loadFile(file, loading);
    if (typeof loaded === "string") return say({ is: "needsTsx", because: loaded });
    say({ is: "loaded", loaded, imports: imports.take() });
  }
}

async function loadFile(file: DefinitionFile, loading: Loading): Promise<LoadedFile | TsxReason> {
  const { job, imports, beats, strays, unused, impurity, handles, restoreIntrinsics, newCopies } = loading;
  strays.length = 0;
  Atomics.store(beats, 0, 1);
  impurity.begin(file.kind === "config" ? CONFIG_MAY_READ : NOTHING);
  handles.begin();
  const outcome = await importModule(pathToFileURL(`${job.root}/${file.file}`).href, beats, job.silenceMs);
  await new Promise<void>((resolve) => soon(resolve));
  Atomics.store(beats, 0, 0);
  const changed = restoreIntrinsics();
  const findings = impurity.end();
  const open = handles.end();
  const failures = newCopies();
  const toOwn = (reason: unknown) => toFailure(reason, { root: job.root, missing: imports.missing(reason) });
  const thrown = strays.map(toOwn);
  if ("failed" in outcome) {
    if (outcome.failed === ENDLESS) failures.push({ is: "endless", afterMs: job.silenceMs, site: undefined });
    else thrown.push(toOwn(outcome.failed));
  } else findings.push(...open);
  for (const one of thrown) {
    if (typeof one === "string") {
      if (job.loader === "strip") return one;
    } else if ("finding" in one) findings.push(one.finding);
    else failures.push(one);
  }
  if ("failed" in outcome) return { file: file.file, failures, findings, changed };
  // Schemas and getters are its author's code, too.
  Atomics.store(beats, COLLECTING, 1);
  Atomics.store(beats, 0, 1);
  const collected = await collectDefinition(outcome.module, file, { root: job.root, unused });
  Atomics.store(beats, 0, 0);
  Atomics.store(beats, COLLECTING, 0);
  return {
    file: file.file,
    failures: [...failures, ...collected.failures],
    findings: [...findings, ...collected.findings],
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
    let lookedAt = now();
    const look = () => {
      const lookAt = now();
      const isSilent = Atomics.load(beats, 0) === beat;
      // Time in which the machine slept is no silence of the module's.
      silentMs = isSilent ? silentMs + Math.min(lookAt - lookedAt, 2 * LOOK_MS) : 0;
      [beat, lookedAt] = [Atomics.load(beats, 0), lookAt];
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
