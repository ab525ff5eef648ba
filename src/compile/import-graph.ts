import type { ImportEdge } from "./child/protocol.ts";

/** Which file of a workspace imports which. */
export interface ImportGraph {
  /** `file` and everything it imports, directly or not; sorted. */
  reachedFrom(file: string): readonly string[];
  /** The shortest circle of imports through `file`, beginning with it; `undefined` when it is in none. */
  circleThrough(file: string): readonly ImportEdge[] | undefined;
}

export function toImportGraph(edges: readonly ImportEdge[]): ImportGraph {
  const from = new Map<string, Map<string, ImportEdge>>();
  for (const edge of edges) {
    const own = from.get(edge.from) ?? new Map<string, ImportEdge>();
    from.set(edge.from, own.set(edge.to, edge));
  }
  /** How each file was first reached, breadth first. */
  const walk = (start: string): Map<string, ImportEdge | undefined> => {
    const reached = new Map<string, ImportEdge | undefined>([[start, undefined]]);
    for (const file of reached.keys()) {
      for (const edge of from.get(file)?.values() ?? [])
        if (!reached.has(edge.to)) reached.set(edge.to, edge);
    }
    return reached;
  };
  return {
    reachedFrom: (file) => [...walk(file).keys()].sort(),
    circleThrough(file) {
      const reached = walk(file);
      for (const at of reached.keys()) {
        const back = from.get(at)?.get(file);
        if (!back) continue;
        const circle = [back];
        for (let edge = reached.get(at); edge; edge = reached.get(edge.from)) circle.unshift(edge);
        return circle;
      }
      return undefined;
    },
  };
}
