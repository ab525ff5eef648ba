import {
  type Drawing,
  type DrawnEdge,
  type DrawnNode,
  framesAround,
  ON_ERROR,
  toNodesByName,
} from "./drawing.ts";

/**
 * `drawing` taken apart: the score itself, where a frame is one node, then the inside of every frame that plays several,
 * and of `onError`. An edge across a frame leads to or from the frame.
 */
export function toScopes(drawing: Drawing): readonly Drawing[] {
  const byName = toNodesByName(drawing);
  const inside = Map.groupBy(drawing.nodes, (node) => node.inside);
  const edges = edgesByFrame(drawing, byName);
  const scopes: Drawing[] = [];
  for (const [frame, nodes] of inside) {
    const isAlone = nodes.length === 1 && !inside.has(nodes[0]!.name);
    if (frame !== undefined && frame !== ON_ERROR && isAlone) continue;
    scopes.push({
      title: frame ?? drawing.title,
      nodes: nodes.map((node) => ({ ...node, label: labelOf(node, inside.get(node.name)) })),
      edges: edges.get(frame) ?? [],
    });
  }
  return scopes;
}

function labelOf({ label, kind }: DrawnNode, inside: readonly DrawnNode[] = []): string {
  const [only] = inside;
  if (!only || inside.length > 1 || kind === "onError") return label;
  if (kind === "loop") return `${label}: repeats ${only.label}`;
  return `${label}: each ${only.label === "each" ? "item" : only.label}`;
}

/** By frame the edges between nodes that stand in it, those of what is inside them included. */
function edgesByFrame(
  { edges }: Drawing,
  byName: ReadonlyMap<string, DrawnNode>,
): ReadonlyMap<string | undefined, readonly DrawnEdge[]> {
  const found = new Map<string | undefined, Map<string, DrawnEdge>>();
  const around = (name: string) => [name, ...framesAround(byName.get(name)!, byName)].toReversed();
  for (const edge of edges) {
    const [outer, inner] = [around(edge.from), around(edge.to)];
    // Both ways go through the same frames, up to one where they part; that is where the edge is seen.
    const i = outer.findIndex((name, at) => name !== inner[at]);
    const [from, to] = [outer[i], inner[i]];
    if (from === undefined || to === undefined) continue;
    const within = { ...edge, from, to };
    const frame = byName.get(from)!.inside;
    if (!found.has(frame)) found.set(frame, new Map());
    found.get(frame)!.set(JSON.stringify(within), within);
  }
  return new Map([...found].map(([frame, lifted]) => [frame, [...lifted.values()]]));
}
