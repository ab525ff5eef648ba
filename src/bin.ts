/** The process edge: the only file that reads `process` or exits. */
import { fstatSync, writeSync } from "node:fs";
import process from "node:process";
import { isatty } from "node:tty";
import type { Io } from "./cli/io.ts";
import { main } from "./cli/main.ts";

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
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") hasReader = false;
      else if (code !== "EAGAIN") throw error;
      // A pipe that is full and does not block: give its reader a moment.
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** Is standard output a terminal? Only a character device can be one, and asking that loads nothing. */
function isTerminal(): boolean {
  try {
    return fstatSync(STDOUT).isCharacterDevice() && isatty(STDOUT);
  } catch {
    return false;
  }
}

const hasTerminal = isTerminal() && env.TERM !== "dumb";
const io: Io = {
  cwd: process.cwd(),
  env,
  pid: process.pid,
  isTerminal: hasTerminal && !env.CI,
  hasColor: hasTerminal && !env.NO_COLOR,
  write: (text) => write(STDOUT, text),
  warn: (line) => write(STDERR, `${line}\n`),
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
  leave: (exitCode) => process.exit(exitCode),
};

main(process.argv.slice(2), io).then((exitCode) => {
  process.exitCode = exitCode;
});
