import { setFlagsFromString } from "node:v8";

/**
 * What is taken back. With either, a thread that compiles may take no memory beyond the heap's limit: it waits for the main
 * thread to collect.
 */
const TAKEN_BACK: Readonly<Record<string, string>> = {
  "--no-incremental-marking": "--incremental-marking",
  "--optimize-for-size": "--no-optimize-for-size",
};
/** Until a thread that has just looked at the old flags waits. */
const SETTLED_MS = 1;

const toTakeBack = new Set<string>();

/**
 * Tells V8 how to keep the heap, until the process ends. A main thread that ends waits for those that compile, so one that
 * waits for it then would do so for ever (https://github.com/nodejs/node/issues/54918): before the end what lets them wait is
 * taken back, and whoever waits already is served by any code that runs afterwards.
 */
export function tellHeap(flag: string): void {
  setFlagsFromString(flag);
  const back = TAKEN_BACK[flag];
  if (back === undefined || toTakeBack.has(back)) return;
  if (toTakeBack.size === 0) process.once("exit", takeBack);
  toTakeBack.add(back);
}

function takeBack(): void {
  for (const back of toTakeBack) setFlagsFromString(back);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SETTLED_MS);
  serve();
}

/** V8 looks whether somebody waits whenever a function is called. */
function serve(): void {}
