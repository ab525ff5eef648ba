import type { Playable } from "./performance.ts";

/** The scores of a deployment: its own, then those that it plays, directly or not. */
export function playablesIn(root: Playable): readonly Playable[] {
  const found = new Set([root]);
  for (const { scores } of found) for (const inner of scores.values()) found.add(inner);
  return [...found];
}
