import { readerName, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/** MS3005: steps that may wait for a model without end. */
export function agentTimeout({ graph, report }: GraphContext): void {
  const { score, nodes } = graph;
  for (const node of nodes) {
    const { plan } = node;
    if (plan.kind !== "agent" || plan.timeoutMs !== undefined) continue;
    const agent = score.plan.agents?.[plan.agent];
    if (!agent || agent.timeoutMs !== undefined) continue;
    report({
      code: "MS3005",
      facts: {
        what: readerName(node),
        lacks: `no timeout, and neither has its agent "${plan.agent}"`,
        next: 'add timeout: "2m" to the node, or to the agent for every node that uses it',
      },
      sites: sitesOf(score, node),
      subject: `${score.id}/${node.path}`,
    });
  }
}
