import { sitesOf } from "../graph/score-graph.ts";
import { variesIn } from "../graph/varies.ts";
import type { GraphContext } from "./index.ts";

/**
 * MS2205: a loop whose `until` is the same after every turn, so that what a turn does cannot end it. With
 * `onMax: "last"` that is a way to say "so many times", and with one turn there is nothing to repeat.
 */
export function endlessLoop({ graph, isRead, report }: GraphContext): void {
  if (!isRead) return;
  const { score } = graph;
  for (const node of graph.nodes) {
    const { plan, inside } = node;
    if (plan.kind !== "loop" || plan.onMax === "last" || plan.max === 1 || !inside) continue;
    if (variesIn(inside, [plan.until])) continue;
    report({
      code: "MS2205",
      facts: { loop: node.name, max: plan.max },
      sites: sitesOf(score, node),
      path: ["until"],
      subject: `${score.id}/${node.path}`,
    });
  }
}
