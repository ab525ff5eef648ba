import type { Playable } from "./performance.ts";

/** Of a deployment, the score called `id`: itself, or one that it plays. */
export function playableIn(root: Playable, id: string): Playable | undefined {
  const seen = new Set([root]);
  for (const playable of seen) {
    if (playable.plan.score === id) return playable;
    for (const inner of playable.scores.values()) seen.add(inner);
  }
  return undefined;
}
