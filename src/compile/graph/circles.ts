interface Edge<T> {
  readonly from: T;
  readonly to: T;
}
type EdgesFrom<T> = ReadonlyMap<T, readonly Edge<T>[]>;

/** One circle out of each knot of `nodes` that lead to each other: its edges in order. `edges` has an entry for each node. */
export function circlesIn<T, E extends Edge<T>>(
  nodes: readonly T[],
  edges: ReadonlyMap<T, readonly E[]>,
): readonly (readonly E[])[] {
  return knotsOf(nodes, edges).map((knot) => shortestCircle(knot, edges));
}

/** Tarjan's strongly connected components with more than one node, or with an edge to itself; without recursion. */
function knotsOf<T>(nodes: readonly T[], edges: EdgesFrom<T>): Set<T>[] {
  const index = new Map<T, number>();
  const low = new Map<T, number>();
  const open = new Set<T>();
  const path: T[] = [];
  const knots: Set<T>[] = [];
  const enter = (node: T) => {
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
      const knot = new Set<T>();
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
function shortestCircle<T, E extends Edge<T>>(
  knot: ReadonlySet<T>,
  edges: ReadonlyMap<T, readonly E[]>,
): E[] {
  const start = [...knot].at(-1)!;
  const came = new Map<T, E>();
  const queue: T[] = [start];
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
