import { sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/** MS3006: a checkpoint that nobody is asked to answer and that never ends, or that does not say what its end means. */
export function checkpointExpiry({ graph, isRead, report }: GraphContext): void {
  if (!isRead) return;
  const { score } = graph;
  for (const node of graph.nodes) {
    const { plan } = node;
    if (plan.kind !== "checkpoint") continue;
    const isEndless = plan.timeoutMs === undefined && plan.assignee === undefined;
    const isOpen = plan.timeoutMs !== undefined && plan.onTimeout === undefined;
    if (!isEndless && !isOpen) continue;
    report({
      code: "MS3006",
      facts: { checkpoint: node.name, lacks: isEndless ? "end" : "onTimeout" },
      sites: sitesOf(score, node),
      path: ["timeout"],
      subject: `${score.id}/${node.path}`,
    });
  }
}
