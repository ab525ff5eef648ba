/**
 * The script of the process in which an author's modules are evaluated: nothing they do can reach the process that
 * asked. Its argument is the `Terms`; it reads a `Job` from standard input and writes a `Message` a line to file
 * descriptor 3. With `STAYS` as its argument it stays, and reads a job a line.
 * The same file is the watchdog's thread: each loads its own part, which a build makes a file of its own.
 */
import { enableCompileCache } from "node:module";
import { isMainThread } from "node:worker_threads";
import { STAYS, type Terms } from "./protocol.ts";

if (isMainThread) {
  // Modules see no words of ours.
  const [word = ""] = process.argv.splice(2);
  const terms = word === STAYS ? undefined : (JSON.parse(word) as Terms);
  // What it has of ours and of zod's is compiled once: see `KEPT_AFTER`.
  if (terms?.compileCache) enableCompileCache(terms.compileCache);
  void import("./load-files.ts").then(({ loadAgain, loadFiles }) => {
    const self = new URL(import.meta.url);
    if (terms) loadFiles(self, terms);
    else loadAgain(self);
  });
} else void import("./watch-main-thread.ts").then(({ watchMainThread }) => watchMainThread());
