/**
 * The script of the process in which an author's modules are evaluated: nothing they do can reach the process that
 * asked. It reads a `Job` from standard input and writes a `Message` a line to file descriptor 3; with `STAYS` as its
 * argument it stays, and reads a job a line.
 * The same file is the watchdog's thread, so that a build has one script to ship.
 */
import { isMainThread } from "node:worker_threads";
import { STAYS } from "./protocol.ts";

if (isMainThread) {
  const { loadAgain, loadFiles } = await import("./load-files.ts");
  const self = new URL(import.meta.url);
  if (process.argv[2] === STAYS) loadAgain(self);
  else loadFiles(self);
} else {
  const { watchMainThread } = await import("./watch-main-thread.ts");
  watchMainThread();
}
