import { circlesIn } from "./circles.ts";
import type { GraphNode, ScoreGraph } from "./score-graph.ts";

/** `from` waits for `to`; both of one scope. What stands inside a map waits as the map. */
export interface Edge {
  readonly from: GraphNode;
  readonly to: GraphNode;
  /** The node that says so: `from`, or one inside it. */
  readonly reader: GraphNode;
  readonly at: readonly (string | number)[];
  readonly isAfter: boolean;
}

/** Who waits for whom, by the one who waits. */
export function edgesOf({ nodes, outputs }: ScoreGraph): ReadonlyMap<GraphNode, readonly Edge[]> {
  const edges = new Map<GraphNode, Edge[]>(nodes.map((node) => [node, []]));
  const add = (reader: GraphNode, to: GraphNode, at: Edge["at"], isAfter: boolean) => {
    let from: GraphNode | undefined = reader;
    while (from && from.scope !== to.scope) from = from.scope.owner;
    if (from) edges.get(from)!.push({ from, to, reader, at, isAfter });
  };
  for (const node of nodes) {
    for (const { target, at } of node.reads) add(node, target, at, false);
    for (const [i, other] of node.after.entries()) add(node, other, ["after", i], true);
    if (node.standIn) add(node, node.standIn, ["onFailure"], false);
  }
  for (const { scope, reads } of outputs) {
    // What a map's output reads of its own inside is no edge of the map; what it reads outside is.
    for (const { target, at } of reads)
      if (scope.owner && target.scope !== scope) add(scope.owner, target, at, false);
  }
  return edges;
}

/** One circle out of each knot of nodes that wait for each other: its edges in order. */
export function circlesOf(graph: ScoreGraph): readonly (readonly Edge[])[] {
  return circlesIn(graph.nodes, edgesOf(graph));
}

/** Nodes such that each stands after everything it waits for, and after the map around it; those of a circle are left out. */
export function inPlayingOrder(graph: ScoreGraph): readonly GraphNode[] {
  const waits = new Map<GraphNode, number>();
  const readers = new Map<GraphNode, GraphNode[]>();
  for (const node of graph.nodes) {
    const sources = new Set([
      ...node.reads.map(({ target }) => target),
      ...node.after,
      ...(node.standIn ? [node.standIn] : []),
      ...(node.scope.owner ? [node.scope.owner] : []),
    ]);
    waits.set(node, sources.size);
    for (const source of sources) {
      const own = readers.get(source);
      if (own) own.push(node);
      else readers.set(source, [node]);
    }
  }
  const ordered = graph.nodes.filter((node) => waits.get(node) === 0);
  for (const node of ordered) {
    for (const reader of readers.get(node) ?? []) {
      const left = waits.get(reader)! - 1;
      waits.set(reader, left);
      if (left === 0) ordered.push(reader);
    }
  }
  return ordered;
}
