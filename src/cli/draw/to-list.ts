import { widthOf } from "../../diagnostics/print/width-of.ts";
import { toVisible } from "../../support/to-visible.ts";
import { type Drawing, type DrawnEdge, type DrawnNode, toNodesByName } from "./drawing.ts";
import { toLevels } from "./levels.ts";
import { shorten } from "./shorten.ts";
import { toScopes } from "./to-scopes.ts";

interface Row {
  /** Indented. */
  readonly label: string;
  /** With its policies. */
  readonly kind: string;
  readonly reads: string;
}

/** `drawing` as a list: a node a line, by how many have to be played before it, with what it reads. */
export function toList(drawing: Drawing): string {
  const levels = new Map(toScopes(drawing).flatMap((scope) => [...toLevels(scope)]));
  const inside = Map.groupBy(drawing.nodes, ({ map }) => map);
  const toRow = rowsOf(drawing);

  const rows: (Row | string)[] = [];
  const addInside = (map: string, indent: string) => {
    for (const node of byLevel(inside.get(map) ?? [], levels)) {
      rows.push(toRow(node, indent));
      addInside(node.name, `${indent}  `);
    }
  };
  for (const [level, nodes] of Map.groupBy(byLevel(inside.get(undefined) ?? [], levels), ({ name }) =>
    levels.get(name),
  )) {
    rows.push(`level ${level}`);
    for (const node of nodes) {
      rows.push(toRow(node, "  "));
      addInside(node.name, "    ");
    }
  }
  return `${toText(drawing.title)}: ${drawing.nodes.length} nodes\n${inColumns(rows).join("\n")}\n`;
}

/** A node without a level is alone in its map. */
function byLevel(nodes: readonly DrawnNode[], levels: ReadonlyMap<string, number>): DrawnNode[] {
  return nodes.toSorted((a, b) => (levels.get(a.name) ?? 0) - (levels.get(b.name) ?? 0));
}

function rowsOf(drawing: Drawing): (node: DrawnNode, indent: string) => Row {
  const byName = toNodesByName(drawing);
  const into = Map.groupBy(drawing.edges, ({ to }) => to);
  const toRead = ({ from, kind, label }: DrawnEdge): string => {
    const { label: own, map } = byName.get(from)!;
    const name = toText(map === undefined ? own : from);
    if (kind === "after") return `after ${name}`;
    return label === undefined ? name : `${name} (${toText(label)})`;
  };
  return ({ name, label, kind, policies = [] }, indent) => ({
    label: indent + toText(label),
    kind: kind === "input" || kind === "output" ? "" : [kind, ...policies].join(", "),
    reads: (into.get(name) ?? []).map(toRead).join(", "),
  });
}

function inColumns(rows: readonly (Row | string)[]): string[] {
  const filled = rows.filter((row) => typeof row !== "string");
  const labelWidth = Math.max(...filled.map(({ label }) => widthOf(label)));
  const kindWidth = Math.max(...filled.map(({ kind }) => kind.length));
  return rows.map((row) => {
    if (typeof row === "string") return row;
    const gap = " ".repeat(labelWidth - widthOf(row.label));
    return `${row.label}${gap}  ${row.kind.padEnd(kindWidth)}${row.reads && `  ← ${row.reads}`}`.trimEnd();
  });
}

function toText(name: string): string {
  return shorten(toVisible(name));
}
