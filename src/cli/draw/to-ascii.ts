import { widthOf } from "../../diagnostics/print/width-of.ts";
import type { Plan } from "../../plan/index.ts";
import { toVisible } from "../../support/to-visible.ts";
import { type Drawing, type DrawnEdge, type DrawnNode, ON_ERROR, UNSAID } from "./drawing.ts";
import { inDrawingOrder } from "./in-drawing-order.ts";
import { Labels } from "./labels.ts";
import { toLevels, withoutImplied } from "./levels.ts";
import { shorten } from "./shorten.ts";
import { toDrawing } from "./to-drawing.ts";
import { toFlowchart } from "./to-flowchart.ts";
import { toList } from "./to-list.ts";
import { toScopes } from "./to-scopes.ts";

const MOST_COLUMNS = 100;
const MOST_NODES = 60;
/** Each edge is routed around everything that stands there; more of them are a knot. */
const MOST_EDGES = 120;
/** Blanks between boxes: as few as leave the labels room. */
const SPACINGS = [
  { paddingX: 4, paddingY: 3 },
  { paddingX: 9, paddingY: 5 },
];
/** The renderer has room for no more below one another. */
const MOST_LEVELS = 24;

/**
 * `plan` drawn with characters: the score, then the inside of each map and loop that plays several nodes, then what is
 * played when it fails. Edges that follow from others are left out, which is said below, and so are the ranks of
 * alternatives. What nodes are stands below too. What would be too large to read is a list.
 */
export async function toAscii(plan: Plan): Promise<string> {
  const drawing = toDrawing(plan);
  const whole = toScopes(drawing).map(withoutFailure);
  const scopes = whole.map((scope) => ({ ...scope, edges: withoutImplied(withoutRanks(scope)) }));
  if (drawing.nodes.length > MOST_NODES || !scopes.every(isDrawable)) return toList(drawing);
  const pictures = await Promise.all(scopes.map(draw));
  if (pictures.includes(undefined)) return toList(drawing);
  const left = sum(whole) - sum(scopes);
  const note =
    left === 0
      ? ""
      : `\nNot drawn: ${left === 1 ? "an edge that follows" : `${left} edges that follow`} from others (--format mermaid has all).\n`;
  const titled = pictures.map((picture, i) =>
    i === 0 ? picture : `\n${titleOf(scopes[i]!.title, drawing)}:\n${picture}`,
  );
  return titled.join("") + note + nodesNote(drawing);
}

function titleOf(frame: string, { nodes, edges }: Drawing): string {
  if (frame !== ON_ERROR) {
    const { kind } = nodes.find(({ name }) => name === frame)!;
    return `${toVisible(frame)}, each ${kind === "loop" ? "turn" : "item"}`;
  }
  const isIn = (name: string) => name.startsWith(`${ON_ERROR}/`);
  const reads = edges.filter(({ from, to }) => isIn(to) && !isIn(from)).map(({ from }) => toVisible(from));
  return `if the run fails${reads.length === 0 ? "" : ` (reads ${[...new Set(reads)].join(", ")})`}`;
}

/** In the boxes it would make the picture too wide. What a box of a task or a branch says is not said again. */
function nodesNote({ nodes, policies = [] }: Drawing): string {
  const rows = nodes.flatMap((node): [string, string][] => {
    const { name, kind, detail, policies: own = [] } = node;
    if (!UNSAID.has(kind) && own.length === 0) return [];
    const what = detail === undefined ? kind : `${kind} ${detail}`;
    return [[toVisible(name).replace(`${ON_ERROR}/`, "onError/"), toVisible([what, ...own].join(", "))]];
  });
  if (policies.length > 0) rows.push(["the whole run", toVisible(policies.join(", "))]);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.length === 0
    ? ""
    : `\nNodes:\n${rows.map(([name, what]) => `  ${name.padEnd(width)}  ${what}`).join("\n")}\n`;
}

/** What is only done after a failure: an edge against the others would make a knot, and `onError` has its own picture. */
function withoutFailure(scope: Drawing): Drawing {
  return {
    ...scope,
    nodes: scope.nodes.filter(({ kind }) => kind !== "onError"),
    edges: scope.edges.filter(({ kind, to }) => kind !== "reconstruct" && to !== ON_ERROR),
  };
}

/** Alternatives mostly stand in a row, where the rank is plain to see and another label makes a knot. */
function withoutRanks(scope: Drawing): Drawing {
  const edges = new Map<string, DrawnEdge>();
  for (const edge of scope.edges) {
    const plain: DrawnEdge = edge.kind === "choice" ? { from: edge.from, to: edge.to, kind: "data" } : edge;
    edges.set(JSON.stringify(plain), plain);
  }
  return { ...scope, edges: [...edges.values()] };
}

function sum(scopes: readonly Drawing[]): number {
  return scopes.reduce((edges, scope) => edges + scope.edges.length, 0);
}

/** The renderer gives every character one cell, and room for so many levels. */
function isDrawable(scope: Drawing): boolean {
  const { nodes, edges } = scope;
  const labels = [...nodes.map(({ label }) => label), ...edges.map(({ label }) => label ?? "")];
  return (
    edges.length <= MOST_EDGES &&
    labels.every((label) => widthOf(label) === toVisible(label).length) &&
    [...toLevels(scope).values()].every((level) => level < MOST_LEVELS)
  );
}

/** The picture of one scope, or `undefined` when it is too wide or when the renderer drew over labels or boxes. */
async function draw(scope: Drawing): Promise<string | undefined> {
  const { renderMermaidASCII } = await import("beautiful-mermaid");
  const nodes = inDrawingOrder(scope).map(toBox);
  for (const spacing of SPACINGS) {
    const labels = new Labels();
    const source = toFlowchart(
      { ...scope, nodes },
      { quote: (text) => labels.hide(shorten(toVisible(text))) },
    );
    if (!labels.hasRoom) return undefined;
    const drawn = renderMermaidASCII(source, { colorMode: "none", boxBorderPadding: 0, ...spacing });
    if (!labels.areIntactIn(drawn, nodes.length)) continue;
    const lines = labels
      .show(drawn)
      .split("\n")
      .map((line) => line.trimEnd());
    if (lines.every((line) => line.length <= MOST_COLUMNS))
      return `${lines.join("\n").replace(/^\n+|\n+$/g, "")}\n`;
  }
  return undefined;
}

/** The renderer's cylinder has no corners beside its label. */
function toBox({ inside: _, ...node }: DrawnNode): DrawnNode {
  return node.kind === "artifact" ? { ...node, kind: "task" } : node;
}
