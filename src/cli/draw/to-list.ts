import { widthOf } from "../../diagnostics/print/width-of.ts";
import { toVisible } from "../../support/to-visible.ts";
import { type Drawing, type DrawnEdge, type DrawnNode, ON_ERROR, toNodesByName } from "./drawing.ts";
import { toLevels } from "./levels.ts";
import { shorten } from "./shorten.ts";
import { toScopes } from "./to-scopes.ts";

interface Row {
  /** Indented. */
  readonly label: string;
  /** With what it is and its policies. */
  readonly kind: string;
  readonly reads: readonly string[];
}

/** `drawing` as a list: a node a line, by how many have to be played before it, with what it reads. */
export function toList(drawing: Drawing): string {
  const levels = new Map(toScopes(drawing).flatMap((scope) => [...toLevels(scope)]));
  const inside = Map.groupBy(drawing.nodes, (node) => node.inside);
  const toRow = rowsOf(drawing);

  const rows: (Row | string)[] = [];
  const addInside = (frame: string, indent: string) => {
    for (const node of byLevel(inside.get(frame) ?? [], levels)) {
      rows.push(toRow(node, indent));
      addInside(node.name, `${indent}  `);
    }
  };
  const own = (inside.get(undefined) ?? []).filter(({ kind }) => kind !== "onError");
  for (const [level, nodes] of Map.groupBy(byLevel(own, levels), ({ name }) => levels.get(name))) {
    rows.push(`level ${level}`);
    for (const node of nodes) {
      rows.push(toRow(node, "  "));
      addInside(node.name, "    ");
    }
  }
  if (inside.has(ON_ERROR)) {
    rows.push("if the run fails");
    addInside(ON_ERROR, "  ");
  }
  const head = [`${drawing.nodes.length} nodes`, ...(drawing.policies ?? []).map(toText)].join(", ");
  return `${toText(drawing.title)}: ${head}\n${inColumns(rows).join("\n")}\n`;
}

/** A node without a level is alone in its frame. */
function byLevel(nodes: readonly DrawnNode[], levels: ReadonlyMap<string, number>): DrawnNode[] {
  return nodes.toSorted((a, b) => (levels.get(a.name) ?? 0) - (levels.get(b.name) ?? 0));
}

function rowsOf(drawing: Drawing): (node: DrawnNode, indent: string) => Row {
  const byName = toNodesByName(drawing);
  const into = Map.groupBy(drawing.edges, ({ to }) => to);
  const toRead = ({ from, kind, label }: DrawnEdge): string => {
    const { label: own, inside } = byName.get(from)!;
    const name = toText(inside === undefined ? own : from.replace(`${ON_ERROR}/`, ""));
    if (kind === "after") return `after ${name}`;
    if (kind === "reconstruct") return `rebuilt from ${name}`;
    return label === undefined ? name : `${name} (${toText(label)})`;
  };
  return ({ name, label, kind, detail, policies = [] }, indent) => ({
    label: indent + toText(label),
    kind:
      kind === "input" || kind === "output"
        ? ""
        : [detail === undefined ? kind : `${kind} ${toText(detail)}`, ...policies.map(toText)].join(", "),
    reads: (into.get(name) ?? []).map(toRead),
  });
}

const MOST_COLUMNS = 100;
/** What is longer leaves the column. */
const MOST_KIND = 32;

function inColumns(rows: readonly (Row | string)[]): string[] {
  const filled = rows.filter((row) => typeof row !== "string");
  const widest = (widths: readonly number[]) => widths.reduce((most, width) => Math.max(most, width), 0);
  const labelWidth = widest(filled.map(({ label }) => widthOf(label)));
  const kindWidth = widest(filled.map(({ kind }) => widthOf(kind)).filter((width) => width <= MOST_KIND));
  return rows.map((row) => {
    if (typeof row === "string") return row;
    const label = row.label + " ".repeat(labelWidth - widthOf(row.label));
    const kind = row.kind + " ".repeat(Math.max(0, kindWidth - widthOf(row.kind)));
    const line = `${label}  ${kind}`;
    if (row.reads.length === 0) return line.trimEnd();
    const indent = widthOf(line) + 2;
    const whole = `${line}  ← ${row.reads.join(", ")}`;
    if (widthOf(whole) <= MOST_COLUMNS) return whole;
    if (indent <= MOST_COLUMNS / 2) return `${line}  ${wrap(row.reads, indent)}`;
    return `${line.trimEnd()}\n${" ".repeat(labelWidth + 4)}${wrap(row.reads, labelWidth + 4)}`;
  });
}

/** `← a, b,` and the rest below, each line beginning at `indent`. */
function wrap(reads: readonly string[], indent: number): string {
  const lines: string[] = [];
  for (const [i, read] of reads.entries()) {
    const word = i === reads.length - 1 ? read : `${read},`;
    const last = lines.at(-1);
    if (last !== undefined && indent + 2 + widthOf(`${last} ${word}`) <= MOST_COLUMNS)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return `← ${lines.join(`\n${" ".repeat(indent + 2)}`)}`;
}

function toText(name: string): string {
  return shorten(toVisible(name));
}
