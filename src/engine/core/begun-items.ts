import type { RunState } from "./state.ts";

/**
 * How many items of the map at `key` may have been begun before, as the journal says: those are begun again at once, for
 * something in them may be open, and be decided.
 */
export function begunItems(state: RunState, key: string): number {
  if (state.past.size === 0) return 0;
  state.begun ??= countBegun(state.past.keys());
  return state.begun.get(key) ?? 0;
}

const ITEM = /\/(\d+)(?=\/|$)/g;

function countBegun(keys: Iterable<string>): Map<string, number> {
  const begun = new Map<string, number>();
  for (const key of keys)
    for (const { 1: index, index: at } of key.matchAll(ITEM)) {
      const map = key.slice(0, at);
      begun.set(map, Math.max(begun.get(map) ?? 0, Number(index) + 1));
    }
  return begun;
}
