import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { tellHeap } from "./tell-heap.ts";

/** A young generation that has grown beyond that is made small again. */
const MOST_YOUNG_BYTES = 8 * 2 ** 20;

/**
 * Keeps the heap of a process small that makes little garbage for a long time, or waits for many answers at once: V8 lets its
 * young generation grow with what passes through. Over 2,000 reloads that is 60 MB of nothing. Each collection looks at
 * less, so they are shorter.
 * @param isOldLean the old generation, too, which with 1,000 calls of models under way is 120 MB of what they have said
 */
export function keepHeapLean({ isOldLean = false }: { readonly isOldLean?: boolean } = {}): void {
  tellHeap("--semi-space-growth-factor=1");
  if (!isOldLean) return;
  tellHeap("--optimize-for-size");
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
  if (young && young.space_size > MOST_YOUNG_BYTES) collectAll();
}

/**
 * What has grown is made smaller by nothing less: a young generation of 64 MB would stay, and the old one would have to
 * come to twice as much as it is, and that on top, before V8 first looks at it. Takes some 60 ms.
 */
function collectAll(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (how: object) => void;
  setFlagsFromString("--no-expose-gc");
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
}
