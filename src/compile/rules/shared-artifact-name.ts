import type { GraphNode } from "../graph/score-graph.ts";
import { sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/** MS3114: two artifacts that are kept in every run have one name. Guards may pick one of them: those are left alone. */
export function sharedArtifactName({ graph, report }: GraphContext): void {
  const { score } = graph;
  const first = new Map<string, GraphNode>();
  for (const node of graph.nodes) {
    const { plan, scope } = node;
    if (plan.kind !== "artifact" || plan.when || plan.name.is !== "literal" || scope.owner || scope.isHandler)
      continue;
    const name = String(plan.name.value);
    const other = first.get(name);
    if (!other) {
      first.set(name, node);
      continue;
    }
    report({
      code: "MS3114",
      facts: { artifact: node.name, other: other.name, name },
      sites: sitesOf(score, node),
      path: ["name"],
      others: [{ sites: sitesOf(score, other), path: ["name"], label: "the first of that name" }],
      subject: `${score.id}/${node.path}`,
    });
  }
}
