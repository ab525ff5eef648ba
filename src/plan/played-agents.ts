import { bodyOf } from "./bindings-of.ts";
import type { AgentPlan, Body, Plan } from "./plan.ts";

/**
 * The agents that a run of `plan` may ask in scores that it plays, directly or not, and not by itself; by their ids.
 * @param planOf of a score, by its id
 */
export function playedAgents(
  plan: Plan,
  planOf: (score: string) => Plan | undefined,
): Readonly<Record<string, AgentPlan>> {
  const agents = new Map<string, AgentPlan>();
  const plans = new Set([plan]);
  for (const one of plans) {
    for (const [id, agent] of Object.entries(one.agents ?? {}))
      if (!agents.has(id) && !Object.hasOwn(plan.agents ?? {}, id)) agents.set(id, agent);
    for (const score of scoresIn(one)) {
      const inner = planOf(score);
      if (inner) plans.add(inner);
    }
  }
  return Object.fromEntries(agents);
}

/** The scores that nodes of `plan` play. */
function* scoresIn({ body, onError }: Plan): Generator<string> {
  const bodies: Body[] = onError ? [body, onError] : [body];
  for (const { nodes } of bodies) {
    for (const node of Object.values(nodes)) {
      if (node.kind === "score") yield node.score;
      const inside = bodyOf(node);
      if (inside) bodies.push(inside);
    }
  }
}
