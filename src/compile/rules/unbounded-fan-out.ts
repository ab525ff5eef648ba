import type { PlanNode } from "../../plan/index.ts";
import { schemaOf } from "../graph/schema-of.ts";
import { type GraphNode, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/** As many at once are no flood. */
const FEW_AT_ONCE = 10;
/** Work that others do, who notice how much of it comes at once. */
const OUTSIDE: ReadonlySet<PlanNode["kind"]> = new Set<PlanNode["kind"]>(["agent", "http", "shell", "score"]);

/** MS2206: a map that asks others for each item of a list of any length, with nothing said of how many at once. */
export function unboundedFanOut({ graph, report }: GraphContext): void {
  const { score, nodes } = graph;
  const asking = askingIn(nodes);
  for (const node of nodes) {
    const { plan } = node;
    const asked = asking.get(node);
    if (plan.kind !== "map" || plan.concurrency !== undefined || !asked) continue;
    const atOnce = Math.min(plan.maxItems, score.plan.concurrency);
    const known = schemaOf(plan.over, node.scope);
    if (atOnce <= FEW_AT_ONCE || !known || !("schema" in known)) continue;
    if (known.schema.type !== "array" || known.schema.maxItems !== undefined) continue;
    report({
      code: "MS2206",
      facts: { map: node.name, kind: asked.plan.kind, atOnce, maxItems: plan.maxItems },
      sites: sitesOf(score, node),
      others: [{ sites: sitesOf(score, asked), label: "this is played for each item" }],
      subject: `${score.id}/${node.path}`,
    });
  }
}

/** By map or loop: the first node inside, at any depth, that asks others. */
function askingIn(nodes: readonly GraphNode[]): ReadonlyMap<GraphNode, GraphNode> {
  const asking = new Map<GraphNode, GraphNode>();
  for (const node of nodes) {
    if (!OUTSIDE.has(node.plan.kind)) continue;
    for (let { owner } = node.scope; owner && !asking.has(owner); { owner } = owner.scope)
      asking.set(owner, node);
  }
  return asking;
}
