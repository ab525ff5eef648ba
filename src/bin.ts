/** The process edge: the only file that reads `process` or exits. */
import { fstatSync, writeSync } from "node:fs";
import process from "node:process";
import { isatty } from "node:tty";
import type { Io, ProcessWatcher } from "./cli/io.ts";
import { main } from "./cli/main.ts";

/** A signal to stop has come by then. */
const STOPPED_MS = 50;
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const { env } = process;

/** A reader that has enough (`maestro runs | head -1`) is no error, and no reason to leave a run behind. */
let hasReader = true;

/**
 * Writes at once. Not through `process.stdout`: its streams cost a start 3 ms, and what they hold back is lost when
 * the process is killed.
 */
function write(fd: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0 && hasReader) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // A pipe that is full and does not block: give its reader a moment.
      if (code === "EAGAIN") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      else {
        hasReader = false;
        // A terminal that is closed has no reader either.
        if (code !== "EPIPE" && code !== "EBADF" && !(code === "EIO" && hasTerminal))
          cannotWrite(fd, message);
      }
    }
  }
}

/** A full disk, say. The run goes on: what it does is in the store. */
function cannotWrite(fd: number, why: string): void {
  process.exitCode = 3;
  if (fd !== STDERR) writeSync(STDERR, `error: standard output cannot be written: ${why}\n`);
}

/** Is this stream a terminal? Only a character device can be one, and asking that loads nothing. One that is closed is none. */
function isTerminal(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice() && isatty(fd);
  } catch {
    return false;
  }
}

/** Puts a stream in place of `process[name]` that hands its text on, made when author code first asks for it. */
function replaceStream(name: "stdout" | "stderr", handler: (text: string) => void): () => void {
  const original = Object.getOwnPropertyDescriptor(process, name)!;
  let stream: NodeJS.WriteStream | undefined;
  const make = () => {
    const real = original.get!.call(process) as NodeJS.WriteStream;
    const captured = Object.create(real) as NodeJS.WriteStream;
    captured.write = (chunk: Uint8Array | string, ...rest: unknown[]) => {
      handler(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
      const done = rest.findLast((one) => typeof one === "function") as (() => void) | undefined;
      if (done) process.nextTick(done);
      return true;
    };
    return captured;
  };
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get: () => (stream ??= make()),
  });
  return () => Object.defineProperty(process, name, original);
}

function watchProcess(watcher: ProcessWatcher): () => void {
  const stray = (error: unknown) => watcher.stray(error);
  const idle = () => watcher.idle();
  const ending = (code: number) => {
    const { exitCode } = watcher.ending();
    if (code === 0) process.exitCode = exitCode;
  };
  process.on("uncaughtException", stray).on("beforeExit", idle).on("exit", ending);
  return () => {
    process.off("uncaughtException", stray).off("beforeExit", idle).off("exit", ending);
  };
}

const hasTerminal = isTerminal(STDOUT) && env.TERM !== "dumb";
const streamOf = Object.getOwnPropertyDescriptor(process, "stdout")!.get!;
const io: Io = {
  cwd: process.cwd(),
  env,
  pid: process.pid,
  isTerminal: hasTerminal && !env.CI,
  get canAsk() {
    return hasTerminal && !env.CI && isatty(STDIN);
  },
  hasColor: hasTerminal && !env.NO_COLOR && env.TERM !== "dumb",
  write: (text) => write(STDOUT, text),
  warn: (line) => write(STDERR, `${line}\n`),
  size() {
    // A terminal that does not know its size says 0.
    const { columns, rows } = streamOf.call(process) as Partial<NodeJS.WriteStream>;
    return { columns: columns || 80, rows: rows || 24 };
  },
  async *lines() {
    const { createInterface } = await import("node:readline");
    yield* createInterface({ input: process.stdin });
  },
  async readStdin() {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
  },
  onInterrupt(handler) {
    process.on("SIGINT", handler);
    process.on("SIGTERM", handler);
    return () => {
      process.off("SIGINT", handler);
      process.off("SIGTERM", handler);
    };
  },
  onHangup(handler) {
    process.on("SIGHUP", handler);
    return () => process.off("SIGHUP", handler);
  },
  watchTerminal() {
    const terminals = [STDIN, STDOUT, STDERR].filter(isTerminal);
    return () => !terminals.every(isTerminal);
  },
  surviveTerminal() {
    if (!hasTerminal) return;
    for (const stream of [process.stdin, process.stdout, process.stderr]) stream.on("error", () => undefined);
  },
  stop() {
    // The whole group, as a terminal does it: npx and our own children, too.
    process.kill(0, "SIGTSTP");
    // A group that no shell looks after is not stopped. One that was goes on from here.
    return new Promise((resolve) => setTimeout(resolve, STOPPED_MS));
  },
  onContinue(handler) {
    process.on("SIGCONT", handler);
    return () => process.off("SIGCONT", handler);
  },
  captureOutput(handler) {
    const restore = [replaceStream("stdout", handler), replaceStream("stderr", handler)];
    return () => {
      for (const one of restore) one();
    };
  },
  watchProcess,
  leave: (exitCode) => process.exit(exitCode),
};

// Everything of ours has been written and closed by then: what author code left open (a connection, a timer) does not
// keep the process.
main(process.argv.slice(2), io).then((exitCode) => process.exit(exitCode || process.exitCode));
