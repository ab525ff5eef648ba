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
  const edges = edgesOf(graph);
  return knotsOf(graph.nodes, edges).map((knot) => shortestCircle(knot, edges));
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

/** Tarjan's strongly connected components with more than one node, or with an edge to itself; without recursion. */
function knotsOf(
  nodes: readonly GraphNode[],
  edges: ReadonlyMap<GraphNode, readonly Edge[]>,
): Set<GraphNode>[] {
  const index = new Map<GraphNode, number>();
  const low = new Map<GraphNode, number>();
  const open = new Set<GraphNode>();
  const path: GraphNode[] = [];
  const knots: Set<GraphNode>[] = [];
  const enter = (node: GraphNode) => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    open.add(node);
    path.push(node);
    return { node, next: 0 };
  };
  for (const root of nodes) {
    if (index.has(root)) continue;
    const calls = [enter(root)];
    for (let call = calls.at(-1); call; call = calls.at(-1)) {
      const edge = edges.get(call.node)![call.next++];
      if (edge) {
        if (!index.has(edge.to)) calls.push(enter(edge.to));
        else if (open.has(edge.to)) low.set(call.node, Math.min(low.get(call.node)!, index.get(edge.to)!));
        continue;
      }
      calls.pop();
      const caller = calls.at(-1);
      if (caller) low.set(caller.node, Math.min(low.get(caller.node)!, low.get(call.node)!));
      if (low.get(call.node) !== index.get(call.node)) continue;
      const knot = new Set<GraphNode>();
      for (let node = path.pop(); node; node = path.pop()) {
        open.delete(node);
        knot.add(node);
        if (node === call.node) break;
      }
      const isCircle = knot.size > 1 || edges.get(call.node)!.some(({ to }) => to === call.node);
      if (isCircle) knots.push(knot);
    }
  }
  return knots;
}

/** The shortest way from a knot's first node back to it. */
function shortestCircle(
  knot: ReadonlySet<GraphNode>,
  edges: ReadonlyMap<GraphNode, readonly Edge[]>,
): Edge[] {
  const start = [...knot].at(-1)!;
  const came = new Map<GraphNode, Edge>();
  const queue: GraphNode[] = [start];
  for (const node of queue) {
    for (const edge of edges.get(node)!) {
      if (!knot.has(edge.to) || came.has(edge.to)) continue;
      came.set(edge.to, edge);
      if (edge.to === start) {
        const circle = [edge];
        while (circle[0]!.from !== start) circle.unshift(came.get(circle[0]!.from)!);
        return circle;
      }
      queue.push(edge.to);
    }
  }
  return [];
}
