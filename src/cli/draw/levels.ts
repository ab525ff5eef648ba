import type { Drawing, DrawnEdge } from "./drawing.ts";

/**
 * Of every node how many others have to come before it, at the longest: 0 for those that wait for nothing. What a
 * node may be rebuilt from comes later. In a cycle some edge has to count for nothing.
 */
export function toLevels({ nodes, edges }: Pick<Drawing, "nodes" | "edges">): Map<string, number> {
  const before = Map.groupBy(
    edges.filter(({ kind }) => kind !== "reconstruct"),
    ({ to }) => to,
  );
  const levels = new Map<string, number>();
  for (const { name } of nodes) {
    // Down to what waits for nothing and up again, without a stack of calls: 10,000 nodes may stand in a row.
    const way = levels.has(name) ? [] : [{ name, next: 0 }];
    for (let at = way.at(-1); at; at = way.at(-1)) {
      // Stands in while it is being found, so that a cycle ends.
      if (at.next === 0) levels.set(at.name, 0);
      const edge = before.get(at.name)?.[at.next++];
      if (!edge) {
        const above = (before.get(at.name) ?? []).map(({ from }) => levels.get(from)! + 1);
        levels.set(
          at.name,
          above.reduce((most, level) => Math.max(most, level), 0),
        );
        way.pop();
      } else if (!levels.has(edge.from)) way.push({ name: edge.from, next: 0 });
    }
  }
  return levels;
}

/** The edges without those that say nothing new: unlabelled, while another way leads from the one node to the other. */
export function withoutImplied({ nodes, edges }: Drawing): DrawnEdge[] {
  const levels = toLevels({ nodes, edges });
  const after = Map.groupBy(edges, ({ from }) => from);
  const isReached = (from: string, to: string): boolean => {
    const seen = new Set<string>();
    const waiting = (after.get(from) ?? []).map((edge) => edge.to).filter((name) => name !== to);
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (name === to) return true;
      if (seen.has(name) || levels.get(name)! >= levels.get(to)!) continue;
      seen.add(name);
      for (const edge of after.get(name) ?? []) waiting.push(edge.to);
    }
    return false;
  };
  return edges.filter(({ from, to, label }) => label !== undefined || !isReached(from, to));
}
