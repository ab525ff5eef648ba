import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { childEnvironment } from "../support/child-environment.ts";
import { type Job, type Message, STAYS } from "./child/protocol.ts";

/** How a child is started. */
export interface ChildOptions {
  /** Path of the child's script. */
  readonly entry: string;
  /** The longest time one file may take before the child is killed from outside. */
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

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
const YOUNG = ["--min-semi-space-size=8", "--max-semi-space-size=16"];
/**
 * MB until which a process that loads each file once looks for no garbage among modules: there is none, and looking is
 * an eighth of what 1,000 scores cost.
 */
const UNSWEPT_MB = 256;
/** One that stays holds more each time, and all of it would be moved: 100 scores that share a file take a quarter less. */
const STAYING_YOUNG = ["--min-semi-space-size=32", "--max-semi-space-size=32"];

/**
 * Evaluates the files of `job` in a process of their own and hands on each message as it comes.
 * Resolves when the process has ended and everything it said was handed on; however it ended, it does not reject.
 */
export const runChild: RunChild = (job, options, onMessage) => {
  const { timeoutMs } = options;
  const child = startChild(job.root, options);
  return new Promise((resolve) => {
    let errors = "";
    let timedOut = false;
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
    child.stdin!.end(JSON.stringify(job));
  });
};

/** Starts a process that evaluates; with `STAYS` among its words one that stays. */
export function startChild(
  root: string,
  { entry, memoryMb }: ChildOptions,
  words: readonly string[] = [],
): ChildProcess {
  const once = [...YOUNG, `--initial-heap-size=${Math.min(UNSWEPT_MB, memoryMb >> 1)}`];
  const heap = words.includes(STAYS) ? STAYING_YOUNG : once;
  const flags = ["--no-warnings", `--max-old-space-size=${memoryMb}`, ...heap];
  return spawn(process.execPath, [...flags, entry, ...words], {
    cwd: root,
    env: childEnvironment(),
    stdio: ["pipe", "ignore", "pipe", "pipe"],
    windowsHide: true,
  });
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
