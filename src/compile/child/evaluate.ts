/**
 * The script of the process in which an author's modules are evaluated: nothing they do can reach the process that
 * asked. It reads a `Job` from standard input and writes a `Message` a line to file descriptor 3.
 * The same file is the watchdog's thread, so that a build has one script to ship.
 */
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  const { loadFiles } = await import("./load-files.ts");
  loadFiles(new URL(import.meta.url));
} else {
  const { watchMainThread } = await import("./watch-main-thread.ts");
  watchMainThread();
}
