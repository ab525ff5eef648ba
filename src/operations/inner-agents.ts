import { type Playable, playableIn } from "../engine/index.ts";
import { playedAgents } from "../plan/index.ts";
import type { JsonText } from "../store/store.ts";

/** What the store keeps of a deployment's agents beside its plan: those that only scores have which it plays. */
export function innerAgents(root: Playable): JsonText {
  return JSON.stringify(playedAgents(root.plan, (score) => playableIn(root, score)?.plan));
}
