import type { Code, Plan } from "../plan/index.ts";
import { toGraph } from "./core/graph.ts";
import type { Elsewhere } from "./elsewhere.ts";
import type { Playable } from "./performance.ts";

/** Makes a deployment ready to be played; do it once per deployment. */
export function toPlayable(hash: string, plan: Plan, code: Code, elsewhere?: Elsewhere): Playable {
  return { hash, plan, code, graph: toGraph(plan), scores: new Map(), elsewhere };
}
