import { waysOutOf } from "../../plan/index.ts";
import {
  type GraphNode,
  type GraphScope,
  isHidden,
  isInHandler,
  type ScoreGraph,
  sitesOf,
} from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/**
 * MS2007: a node that does nothing but give a value, which nobody reads. Of several that only feed each other the last
 * is named: what it reads is looked at when it is gone.
 */
export function deadOutput({ graph, isRead, report }: GraphContext): void {
  if (!isRead) return;
  const { score, nodes } = graph;
  const used = usedIn(graph);
  const busy = withEffects(nodes);
  for (const node of nodes) {
    if (used.has(node) || isHidden(node) || hasEffect(node, busy)) continue;
    report({
      code: "MS2007",
      facts: { node: node.name, kind: node.plan.kind },
      sites: sitesOf(score, node),
      subject: `${score.id}/${node.path}`,
    });
  }
}

/** Nodes that something reads, waits for, falls back to or is built from. */
function usedIn({ nodes, outputs }: ScoreGraph): ReadonlySet<GraphNode> {
  const used = new Set<GraphNode>();
  for (const { reads } of [...nodes, ...outputs]) for (const { target } of reads) used.add(target);
  for (const { after, standIn, plan, scope } of nodes) {
    for (const other of after) used.add(other);
    if (standIn) used.add(standIn);
    const { reconstruct } = waysOutOf(plan);
    const source = reconstruct && scope.nodes.get(reconstruct.from);
    if (source) used.add(source);
  }
  return used;
}

/** The scopes in which something is done, at any depth. */
function withEffects(nodes: readonly GraphNode[]): ReadonlySet<GraphScope> {
  const busy = new Set<GraphScope>();
  for (const node of nodes) {
    if (!hasEffect(node, busy)) continue;
    for (
      let scope: GraphScope | undefined = node.scope;
      scope && !busy.has(scope);
      scope = scope.owner?.scope
    )
      busy.add(scope);
  }
  return busy;
}

function hasEffect({ plan, scope, inside, after }: GraphNode, busy: ReadonlySet<GraphScope>): boolean {
  switch (plan.kind) {
    case "task":
    case "shell":
    case "score":
    case "checkpoint":
    case "artifact":
    case "wait":
      return true;
    case "http": {
      // A request that has its place in an order, or tells of a failure, is made for what it sets off: a ping.
      const isQuery = plan.method === "GET" || plan.method === "HEAD";
      return !isQuery || after.length > 0 || isInHandler(scope);
    }
    case "agent":
      return (scope.score.plan.agents?.[plan.agent]?.tools?.length ?? 0) > 0;
    case "map":
    case "loop":
      return inside !== undefined && busy.has(inside);
    case "branch":
    case "switchOn":
    case "text":
    case "oneOf":
    case "derive":
      return false;
    default:
      return plan satisfies never;
  }
}
