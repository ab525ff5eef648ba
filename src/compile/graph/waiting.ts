import { type Edge, edgesOf } from "./order.ts";
import type { GraphNode, ScoreGraph } from "./score-graph.ts";

/** The nodes of its own scope that a node waits for in every run, whether they give a value or are skipped. */
export interface Waiting {
  /** Each node after everything it waits for; those of circles are left out. */
  readonly order: readonly GraphNode[];
  readonly sources: ReadonlyMap<GraphNode, ReadonlySet<GraphNode>>;
}

export function toWaiting(graph: ScoreGraph): Waiting {
  const sources = new Map<GraphNode, Set<GraphNode>>();
  const readers = new Map<GraphNode, GraphNode[]>(graph.nodes.map((node) => [node, []]));
  for (const [node, edges] of edgesOf(graph)) {
    const own = new Set(edges.filter(isSure).map(({ to }) => to));
    sources.set(node, own);
    for (const source of own) readers.get(source)!.push(node);
  }
  const left = new Map([...sources].map(([node, own]) => [node, own.size]));
  const order = graph.nodes.filter((node) => left.get(node) === 0);
  for (const node of order) {
    for (const reader of readers.get(node)!) {
      left.set(reader, left.get(reader)! - 1);
      if (left.get(reader) === 0) order.push(reader);
    }
  }
  return { order, sources };
}

/** A oneOf waits for its first alternative alone, and what stands in for a failure is looked at only then. */
function isSure({ from, reader, at }: Edge): boolean {
  if (at[0] === "onFailure") return false;
  return from !== reader || reader.plan.kind !== "oneOf" || at[0] === 0;
}
