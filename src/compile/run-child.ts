import { type ChildProcess, spawn } from "node:child_process";
import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { childEnvironment } from "../support/child-environment.ts";
import { type Job, type Loader, MANY_FILES, type Message, STAYS, type Terms } from "./child/protocol.ts";
import { stripAhead } from "./strip-ahead.ts";

/** The longest time one file may take, and the memory for all, when nothing else is said. */
export const DEFAULT_TIMEOUT_MS = 10_000;
export const DEFAULT_MEMORY_MB = 512;

const SILENCE_MS = 2_000;

/** How a child is started. */
export interface ChildOptions {
  /** Path of the child's script. */
  readonly entry: string;
  /** The longest time one file may take before the child is killed from outside. */
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Gives the process that was begun before it was known what it has to do, if there is one. */
  readonly begun?: BegunChild | undefined;
  /** Whoever asks waits until the process is gone: another one does the same after it. */
  readonly isFollowed?: boolean | undefined;
}

/** Gives a process once, and only one that can be told what to do. */
export type BegunChild = () => ChildProcess | undefined;

/** How a child ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It was killed because nothing came from it any more. */
  readonly timedOut: boolean;
  /** The end of what it wrote to its standard error: Node's own last words among it. */
  readonly errors: string;
}

/** Has the files of a job evaluated, and hands on what is said of them. However it ends, it does not reject. */
export type RunChild = (
  job: Job,
  options: ChildOptions,
  onMessage: (message: Message) => void,
) => Promise<ChildEnd>;

/** The longest a process may take to start. */
export const START_MS = 60_000;
export const DRAIN_MS = 500;
export const KEPT_ERRORS = 64 * 1024;
/** With a larger young generation a thousand scores load in two thirds of the time: few objects die young. */
const YOUNG = ["--min-semi-space-size=16", "--max-semi-space-size=16"];
/**
 * MB until which a process that loads each of many files once looks for no garbage among modules: there is none, and
 * looking is an eighth of what 1,000 scores cost. With this flag V8 refuses what Node has compiled of itself in advance,
 * which is 20 ms: for a few files it does not pay.
 */
const UNSWEPT_MB = 256;
/** One that stays holds more each time, and all of it would be moved: 100 scores that share a file take a quarter less. */
const STAYING_YOUNG = ["--min-semi-space-size=32", "--max-semi-space-size=32"];
/**
 * It is replaced before it has much more, and until then nearly all that grows old is modules, which stay for good:
 * looking for garbage among them was a fifth of what 100 scores that share a file cost, once in a while 90 ms at once, and
 * freed nothing.
 */
const STAYING_UNSWEPT_MB = 448;

/**
 * Evaluates the files of `job` in a process of their own and hands on each message as it comes.
 * Resolves when the process has said everything, and has ended unless it had an answer for each file; however it ended,
 * it does not reject.
 */
export const runChild: RunChild = (job, options, onMessage) => {
  const { timeoutMs, isFollowed = false } = options;
  const child = childFor(job, options);
  return new Promise((resolve) => {
    let errors = "";
    let timedOut = false;
    let answered = 0;
    const kill = () => {
      timedOut = true;
      child.kill("SIGKILL");
    };
    // Until it says something none of its files is to blame: the machine is slow.
    let timer = setTimeout(kill, Math.max(timeoutMs, START_MS));
    onMessageOf(child, (message) => {
      clearTimeout(timer);
      timer = setTimeout(kill, timeoutMs);
      onMessage(message);
      if (message.is === "loaded") answered++;
      // Its last word: that it ends is nothing to wait 10 ms for.
      if (message.is !== "done" || answered < job.files.length || isFollowed) return;
      clearTimeout(timer);
      resolve({ code: 0, signal: null, timedOut, errors });
    });
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-KEPT_ERRORS);
    });
    child.on("error", (error) => {
      errors += error.message;
      clearTimeout(timer);
      resolve({ code: null, signal: null, timedOut, errors });
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, timedOut, errors });
    });
    // A process that it started may have the pipes for ever: what was written is read, and no more waited for.
    child.on("exit", () => {
      clearTimeout(timer);
      setTimeout(() => child.stdio.forEach((stream) => void stream?.destroy()), DRAIN_MS).unref();
    });
    child.stdin!.on("error", () => undefined);
    child.stdin!.end(JSON.stringify({ ...job, stripped: stripAhead(job) } satisfies Job));
  });
};

/** Starts a process that evaluates before it is known what, so that it is there when it is. */
export function beginChild(root: string, options: ChildOptions): BegunChild {
  let child: ChildProcess | undefined = startEvaluating(root, "strip", options);
  child.on("error", () => undefined);
  return () => {
    const begun = child;
    child = undefined;
    const isThere = begun?.pid !== undefined && begun.exitCode === null && begun.signalCode === null;
    return isThere ? begun : undefined;
  };
}

function childFor({ root, loader, files }: Job, options: ChildOptions): ChildProcess {
  const begun = options.begun?.();
  if (files.length < MANY_FILES) return begun ?? startEvaluating(root, loader, options);
  begun?.kill("SIGKILL");
  const unswept = Math.min(UNSWEPT_MB, options.memoryMb >> 1);
  return startEvaluating(root, loader, options, [`--initial-heap-size=${unswept}`]);
}

function startEvaluating(
  root: string,
  loader: Loader,
  options: ChildOptions,
  heap: readonly string[] = [],
): ChildProcess {
  const terms = JSON.stringify(toTerms(root, loader, options));
  return startChild(root, options, { words: [terms], heap: [...YOUNG, ...heap] });
}

export function toTerms(root: string, loader: Loader, { timeoutMs, memoryMb }: ChildOptions): Terms {
  // Node's is the folder of one version, in the one that it is told.
  const cache = getCompileCacheDir();
  const compileCache = cache && dirname(cache);
  return { root, loader, silenceMs: Math.min(SILENCE_MS, timeoutMs), memoryMb, compileCache };
}

/** Starts a process that evaluates and stays. */
export function startStanding(root: string, options: ChildOptions): ChildProcess {
  const unswept = Math.min(STAYING_UNSWEPT_MB, Math.round(options.memoryMb * 0.9));
  const heap = [...STAYING_YOUNG, `--initial-heap-size=${unswept}`];
  return startChild(root, options, { words: [STAYS], heap });
}

interface Started {
  readonly words: readonly string[];
  /** How V8 is to keep what it has. */
  readonly heap: readonly string[];
}

function startChild(root: string, { entry, memoryMb }: ChildOptions, { words, heap }: Started): ChildProcess {
  const flags = ["--no-warnings", `--max-old-space-size=${memoryMb}`, ...heap];
  const child = spawn(process.execPath, [...flags, entry, ...words], {
    cwd: root,
    env: childEnvironment(),
    stdio: ["pipe", "ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  bind(child);
  return child;
}

/** Processes that may be in a loop without end when this one ends, and read nothing that could tell them. */
const bound = new Set<ChildProcess>();

function bind(child: ChildProcess): void {
  if (bound.size === 0) process.on("exit", killBound);
  bound.add(child);
  child.once("exit", () => {
    bound.delete(child);
    if (bound.size === 0) process.off("exit", killBound);
  });
}

function killBound(): void {
  for (const child of bound) child.kill("SIGKILL");
}

/** Calls `then` with each message that `child` writes. */
export function onMessageOf(child: ChildProcess, then: (message: Message) => void): void {
  onLine(child.stdio[3] as Readable, (line) => {
    const message = toMessage(line);
    if (message) then(message);
  });
}

/** Calls `then` with each line of `stream`. Node's readline would also end one at U+2028, which JSON leaves as it is. */
function onLine(stream: Readable, then: (line: string) => void): void {
  let begun: string[] = [];
  stream.setEncoding("utf8").on("data", (text: string) => {
    const lines = text.split("\n");
    const rest = lines.pop()!;
    if (lines.length > 0) {
      then(begun.join("") + lines[0]);
      for (const line of lines.slice(1)) then(line);
      begun = [];
    }
    begun.push(rest);
  });
}

/** A line of the child's, or `undefined` when an author's module wrote it. */
function toMessage(line: string): Message | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const message = JSON.parse(line) as Message;
    return isMessage(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

/** An author's module can write here, too: what is read further on has the shape that it is read by. */
function isMessage(message: Message): boolean {
  if (message.is !== "loaded") return typeof message.is === "string";
  const { loaded, imports, packages } = message;
  return (
    typeof loaded?.file === "string" &&
    [loaded.failures, loaded.findings, loaded.changed, imports, packages].every((list) =>
      Array.isArray(list),
    ) &&
    loaded.failures.every((failure) => typeof failure?.is === "string")
  );
}
