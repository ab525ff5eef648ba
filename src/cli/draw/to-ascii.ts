import { toVisible, widthOf } from "../../diagnostics/print/visible.ts";
import type { Plan } from "../../plan/index.ts";
import type { Drawing } from "./drawing.ts";
import { inDrawingOrder } from "./in-drawing-order.ts";
import { toLevels, withoutImplied } from "./levels.ts";
import { shorten } from "./shorten.ts";
import { toDrawing } from "./to-drawing.ts";
import { toFlowchart } from "./to-flowchart.ts";
import { toList } from "./to-list.ts";
import { toScopes } from "./to-scopes.ts";

const MOST_COLUMNS = 200;
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
 * `plan` drawn with characters: the score, then the inside of each map that plays several nodes. Edges that follow from
 * others are left out, which is said below. What would be too large to read is a list.
 */
export async function toAscii(plan: Plan): Promise<string> {
  const drawing = toDrawing(plan);
  const whole = toScopes(drawing);
  const scopes = whole.map((scope) => ({ ...scope, edges: withoutImplied(scope) }));
  if (drawing.nodes.length > MOST_NODES || !scopes.every(isDrawable)) return toList(drawing);
  const pictures = await Promise.all(scopes.map(draw));
  if (pictures.includes(undefined)) return toList(drawing);
  const left = sum(whole) - sum(scopes);
  const note =
    left === 0
      ? ""
      : `\nNot drawn: ${left === 1 ? "an edge that follows" : `${left} edges that follow`} from others (--format mermaid has all).\n`;
  return (
    pictures
      .map((picture, i) => (i === 0 ? picture : `\n${toVisible(scopes[i]!.title)}, each item:\n${picture}`))
      .join("") + note
  );
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

/** The picture of one scope, or `undefined` when it is too wide or when lines run over its labels. */
async function draw(scope: Drawing): Promise<string | undefined> {
  const { renderMermaidASCII } = await import("beautiful-mermaid");
  const nodes = inDrawingOrder(scope).map(({ map: _, ...node }) => node);
  for (const spacing of SPACINGS) {
    const labels = new StandIns();
    const source = toFlowchart(
      { ...scope, nodes },
      { quote: (text) => labels.hide(shorten(toVisible(text))) },
    );
    if (!labels.hasRoom) return undefined;
    const drawn = renderMermaidASCII(source, { colorMode: "none", boxBorderPadding: 0, ...spacing });
    if (!labels.areIntactIn(drawn)) continue;
    const lines = labels
      .show(drawn)
      .split("\n")
      .map((line) => line.trimEnd());
    if (lines.every((line) => line.length <= MOST_COLUMNS))
      return `${lines.join("\n").replace(/^\n+|\n+$/g, "")}\n`;
  }
  return undefined;
}

const FIRST_STAND_IN = 0xe000;
const LAST_STAND_IN = 0xf8ff;

/**
 * The renderer knows no escapes: a bracket or a `|` would end a label, `**` would make it bold. And it draws lines
 * over labels. So each character of each label is drawn as one of its own, for private use, and put back afterwards.
 */
class StandIns {
  readonly #labels: string[] = [];
  #characters = "";

  get hasRoom(): boolean {
    return FIRST_STAND_IN + this.#characters.length <= LAST_STAND_IN;
  }

  hide(text: string): string {
    const first = FIRST_STAND_IN + this.#characters.length;
    const label = Array.from({ length: text.length }, (_, i) => String.fromCharCode(first + i)).join("");
    this.#labels.push(label);
    this.#characters += text;
    return label;
  }

  areIntactIn(picture: string): boolean {
    return this.#labels.every((label) => picture.includes(label));
  }

  show(picture: string): string {
    return picture.replace(
      /[\ue000-\uf8ff]/g,
      (standIn) => this.#characters[standIn.charCodeAt(0) - FIRST_STAND_IN] ?? "",
    );
  }
}
