import { type Drawing, type DrawnEdge, type DrawnNode, mapsAround, toNodesByName } from "./drawing.ts";

/**
 * `drawing` taken apart: the score itself, where a map is one node, then the inside of every map that plays several.
 * An edge across a map's frame leads to or from the map.
 */
export function toScopes(drawing: Drawing): readonly Drawing[] {
  const byName = toNodesByName(drawing);
  const inside = Map.groupBy(drawing.nodes, ({ map }) => map);
  const scopes: Drawing[] = [];
  for (const [map, nodes] of inside) {
    if (map !== undefined && nodes.length === 1 && !inside.has(nodes[0]!.name)) continue;
    scopes.push({
      title: map ?? drawing.title,
      nodes: nodes.map((node) => ({ ...node, label: labelOf(node, inside.get(node.name)) })),
      edges: edgesOf(map, drawing, byName),
    });
  }
  return scopes;
}

function labelOf({ label }: DrawnNode, inside: readonly DrawnNode[] = []): string {
  return inside.length === 1 ? `${label}: each ${inside[0]!.label}` : label;
}

/** Edges between nodes of the scope `map`, those of what is inside them included. */
function edgesOf(
  map: string | undefined,
  { edges }: Drawing,
  byName: ReadonlyMap<string, DrawnNode>,
): DrawnEdge[] {
  const lift = (name: string) =>
    [name, ...mapsAround(byName.get(name)!, byName)].find((around) => byName.get(around)!.map === map);
  const lifted = new Map<string, DrawnEdge>();
  for (const edge of edges) {
    const [from, to] = [lift(edge.from), lift(edge.to)];
    if (from === undefined || to === undefined || from === to) continue;
    const within = { ...edge, from, to };
    lifted.set(JSON.stringify(within), within);
  }
  return [...lifted.values()];
}
