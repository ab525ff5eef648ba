/** The process edge: the only file that reads `process` or exits. */
import process from "node:process";
import type { Io } from "./cli/io.ts";
import { main } from "./cli/main.ts";

// A reader that has enough (`maestro runs | head -1`) is no error, and no reason to leave a run behind.
let hasReader = true;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  hasReader = false;
});

const { env, stdout, stderr, stdin } = process;
const io: Io = {
  cwd: process.cwd(),
  env,
  pid: process.pid,
  isTerminal: stdout.isTTY === true && env.TERM !== "dumb" && !env.CI,
  hasColor: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb",
  write: (text) => {
    if (hasReader) stdout.write(text);
  },
  warn: (line) => stderr.write(`${line}\n`),
  async readStdin() {
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) chunks.push(chunk as Buffer);
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

process.exitCode = await main(process.argv.slice(2), io);
