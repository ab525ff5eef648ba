import type { Drawing, DrawnEdge } from "./drawing.ts";

/** Of every node how many others have to come before it, at the longest: 0 for those that wait for nothing. */
export function toLevels({ nodes, edges }: Pick<Drawing, "nodes" | "edges">): Map<string, number> {
  const before = Map.groupBy(edges, ({ to }) => to);
  const levels = new Map<string, number>();
  const levelOf = (name: string): number => {
    const known = levels.get(name);
    if (known !== undefined) return known;
    // Stands in while it is being found, so that a cycle ends.
    levels.set(name, 0);
    let level = 0;
    for (const { from } of before.get(name) ?? []) level = Math.max(level, levelOf(from) + 1);
    levels.set(name, level);
    return level;
  };
  for (const { name } of nodes) levelOf(name);
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
