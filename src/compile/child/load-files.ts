import { readFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import type { Socket } from "node:net";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { watchBuilding } from "../../define/record.ts";
import { collectDefinition } from "./collect-definition.ts";
import { findCopies } from "./find-copies.ts";
import { guardIntrinsics } from "./guard-intrinsics.ts";
import { ModuleVersions } from "./module-versions.ts";
import type { DefinitionFile, Failure, Job, LoadedFile, Message, Terms, TsxReason } from "./protocol.ts";
import { recordEndings } from "./record-endings.ts";
import { type ImportRecord, recordImports } from "./record-imports.ts";
import { say } from "./say.ts";
import { StrippedTexts } from "./stripped-texts.ts";
import { TOO_DEEP, toFailure } from "./to-failure.ts";
import { toUnused, type UnusedNodes } from "./to-unused.ts";
import { type HandleWatch, watchHandles } from "./watch-handles.ts";
import { type ImpurityWatch, watchImpurity } from "./watch-impurity.ts";
import { COLLECTING, type WatchData } from "./watch-main-thread.ts";

// Taken before they are watched, or replaced.
const { setTimeout: delay, clearTimeout: cancel, setImmediate: soon } = globalThis;
const now = performance.now.bind(performance);
const { kill } = process;
const JOB_INPUT = 0;
/** The main thread's own look at a module that waits comes first; the watchdog is for one that does not yield. */
const WATCHDOG_LATER_MS = 300;
const LOOK_MS = 100;
/**
 * After so many files what nearly all workspaces share has been loaded, this package and zod: what V8 made of it is kept for
 * the next process. Of authors' modules it would take longer to write than to make: 1.7 s for 1,000.
 */
const KEPT_AFTER = 1;
/** The configuration is about one machine, and no part of a plan. */
const CONFIG_MAY_READ = new Set(["environment"] as const);
const NOTHING: ReadonlySet<never> = new Set();

/** What every file that this process loads shares. */
interface Loading {
  readonly job: Job;
  readonly versions: ModuleVersions;
  readonly texts: StrippedTexts | undefined;
  readonly imports: ImportRecord;
  readonly unused: UnusedNodes;
  readonly beats: Int32Array;
  readonly strays: unknown[];
  readonly impurity: ImpurityWatch;
  readonly handles: HandleWatch;
  readonly restoreIntrinsics: () => string[];
  readonly newCopies: () => Failure[];
}

/** Loads every file of the job that comes on standard input, says what each gives, and ends the process. */
export function loadFiles(self: URL, terms: Terms): void {
  const { loadAll, end } = prepare(self, terms);
  const text = readFileSync(JOB_INPUT, "utf8");
  // Begun in advance, and not needed.
  if (text === "") end(0);
  void loadAll(JSON.parse(text) as Job).then(
    (last) => {
      say(...last, { is: "done" });
      // Any other end would first keep what was compiled of every module: see `KEPT_AFTER`.
      kill.call(process, process.pid, "SIGKILL");
    },
    (error: unknown) => breakDown(error, end),
  );
}

/** Does the same for each line of standard input, and ends when that ends. */
export function loadAgain(self: URL): void {
  const input = process.stdin as Socket;
  let prepared: Prepared | undefined;
  let text = "";
  input.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    if (!text.endsWith("\n")) return;
    const job = JSON.parse(text) as Job;
    text = "";
    prepared ??= prepare(self, job);
    const { loadAll, end } = prepared;
    // Whoever waits for more input is not stuck; a module that waits for what never comes is.
    input.unref();
    void loadAll(job).then(
      (last) => {
        input.ref();
        say(...last, { is: "done", usedMb: process.memoryUsage.rss() / 2 ** 20 });
      },
      (error: unknown) => breakDown(error, end),
    );
  });
  input.on("end", () => (prepared ? prepared.end(0) : process.exit(0)));
}

interface Prepared {
  /** Gives what is not said yet. */
  readonly loadAll: (job: Job) => Promise<Message[]>;
  readonly end: (code: number) => never;
}

function breakDown(error: unknown, end: (code: number) => never): never {
  process.stderr.write(`maestro: ${error instanceof Error ? error.stack : String(error)}\n`);
  return end(70);
}

/** Puts everything in place that watches author code. */
function prepare(self: URL, terms: Terms): Prepared {
  const { root, silenceMs, memoryMb } = terms;
  const beats = new Int32Array(new SharedArrayBuffer(8));
  startWatchdog(self, { beats, root, silenceMs: silenceMs + WATCHDOG_LATER_MS, memoryMb });
  const end = recordEndings(root);
  const strays: unknown[] = [];
  process.on("unhandledRejection", (reason) => strays.push(reason));
  process.on("uncaughtException", (error) => strays.push(error));
  const opening = open(terms, beats, strays);
  const loadAll = async (job: Job): Promise<Message[]> => loadEach({ ...(await opening), job });
  return { loadAll, end };
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

async function open(
  { root, loader }: Terms,
  beats: Int32Array,
  strays: unknown[],
): Promise<Omit<Loading, "job">> {
  if (loader === "tsx") {
    const { register } = await import("tsx/esm/api");
    register();
  }
  const versions = new ModuleVersions(root);
  const texts = loader === "strip" ? new StrippedTexts() : undefined;
  const imports = recordImports(root, {
    versions,
    texts,
    onProgress: () => void (beats[0] && Atomics.add(beats, 0, 1)),
  });
  const unused = toUnused(root, watchBuilding().built);
  return {
    versions,
    texts,
    imports,
    unused,
    beats,
    strays,
    impurity: watchImpurity(root),
    handles: watchHandles(root),
    // Last: what it puts back are the functions that are watched.
    restoreIntrinsics: guardIntrinsics(),
    newCopies: findCopies(root, imports),
  };
}

async function loadEach(loading: Loading): Promise<Message[]> {
  const { job, versions, texts, imports, unused, impurity } = loading;
  const { stale = [] } = job;
  texts?.give(job);
  versions.renew(stale);
  unused.forget(stale);
  impurity.forget();
  imports.forgetPaths();
  let told: Message[] = [];
  for (let i = 0; i < job.files.length; i++) {
    const file = job.files[i]!;
    say(...told, { is: "loading", file: file.file });
    const loaded = await loadFile(file, loading);
    if (typeof loaded === "string") return [{ is: "needsTsx", because: loaded }];
    if (i === KEPT_AFTER) flushCompileCache();
    told = [{ is: "loaded", loaded, imports: imports.take(), packages: imports.takePackages() }];
    if (loaded.failures.some((one) => one.is === "syntax" && one.detail === TOO_DEEP))
      return [...told, { is: "worn" }];
  }
  return told;
}

async function loadFile(file: DefinitionFile, loading: Loading): Promise<LoadedFile | TsxReason> {
  const { job, versions, imports, beats, strays, unused, impurity, handles, restoreIntrinsics, newCopies } =
    loading;
  strays.length = 0;
  Atomics.store(beats, 0, 1);
  impurity.begin(file.kind === "config" ? CONFIG_MAY_READ : NOTHING);
  handles.begin();
  const outcome = await importModule(
    versions.current(pathToFileURL(`${job.root}/${file.file}`).href),
    beats,
    job.silenceMs,
  );
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
