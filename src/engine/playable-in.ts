import type { Playable } from "./performance.ts";
import { playablesIn } from "./playables-in.ts";

/** Of a deployment, the score called `id`: itself, or one that it plays. */
export function playableIn(root: Playable, id: string): Playable | undefined {
  return playablesIn(root).find(({ plan }) => plan.score === id);
}
