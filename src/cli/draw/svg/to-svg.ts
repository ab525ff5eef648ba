import { widthOf } from "../../../diagnostics/print/width-of.ts";
import type { Plan } from "../../../plan/index.ts";
import { toVisible } from "../../../support/to-visible.ts";
import { type Drawing, type DrawnEdge, type DrawnNode, ON_ERROR } from "../drawing.ts";
import { toLevels, withoutImplied } from "../levels.ts";
import { shorten } from "../shorten.ts";
import { toDrawing } from "../to-drawing.ts";
import { toScopes } from "../to-scopes.ts";
import { Badges } from "./badges.ts";
import { drawFrame, drawNode, headOf, type Size, sizeOf } from "./draw-node.ts";
import { escapeXml, round, text } from "./elements.ts";
import type { Box, Link } from "./layer-graph.ts";
import { type Layout, layOut, type Point } from "./layout.ts";
import { SIZE, STYLE, textWidth } from "./style.ts";

const MARGIN = 20;
const FRAME_PADDING = 16;
/** Where what is agreed for a whole run stands, when something is. */
const HEADER = 30;
const LABEL = { height: 16, padding: 4 } as const;
/** Beyond them only what does not follow from others is drawn: a picture of lines alone says nothing. */
const MOST_EDGES = 400;

/**
 * `plan` as one SVG that needs nothing else: no fonts, no scripts, no other files; light or dark as its reader likes.
 * Boxes are tasks, hexagons branches, switches and checkpoints, rounded ones computed values, a frame is a map or a loop
 * around what it plays; what is no task says its kind. A solid line is a value, a dotted one a guard with its case, a
 * dashed one order alone, a red one what happens after a failure; a pale one follows from others.
 */
export function toSvg(plan: Plan): string {
  const drawing = toDrawing(plan);
  const header = headerOf(drawing);
  const top = MARGIN + (header ? HEADER : 0);
  const picture = new Picture(drawing).draw({ x: MARGIN, y: top });
  const width = Math.ceil(Math.max(picture.width, header?.width ?? 0) + 2 * MARGIN);
  const height = Math.ceil(picture.height + top + MARGIN);
  const title = escapeXml(plan.title === undefined ? plan.score : `${plan.score}: ${plan.title}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" class="mg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${title}</title>
<style>${STYLE}
</style>
<defs>${["head", "guard-head", "failure-head"].map(marker).join("")}${BACK_MARKER}</defs>
<rect class="bg" width="${width}" height="${height}" rx="8"/>
${[...(header ? [header.drawn] : []), ...picture.parts].join("\n")}
</svg>
`;
}

/** The score's id with what is agreed for a whole run. */
function headerOf({
  title,
  policies,
}: Drawing): { readonly drawn: string; readonly width: number } | undefined {
  if (!policies) return undefined;
  const badges = new Badges(policies);
  const name = shorten(toVisible(title));
  const left = textWidth(widthOf(name), SIZE.name) + 10;
  return {
    drawn: `<g><text class="name" x="${MARGIN}" y="${MARGIN + 13}">${escapeXml(name)}</text>${badges.draw({ x: round(MARGIN + left), y: MARGIN + 1 }, "left")}</g>`,
    width: left + badges.width,
  };
}

function marker(name: string): string {
  return `<marker id="mg-${name}" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto" markerUnits="userSpaceOnUse"><path class="${name}" d="M0 .5L8 4L0 7.5Z"/></marker>`;
}

/** For the beginning of a line that is drawn from its end. */
const BACK_MARKER = `<marker id="mg-back-head" markerWidth="8" markerHeight="8" refX="1" refY="4" orient="auto" markerUnits="userSpaceOnUse"><path class="failure-head" d="M8 .5L0 4L8 7.5Z"/></marker>`;

/** One scope, laid out. */
interface Measured {
  readonly scope: Drawing;
  readonly layout: Layout;
  readonly links: ReadonlyMap<DrawnLink, DrawnEdge>;
  readonly implied: ReadonlySet<DrawnEdge>;
  /** What stands in its frames, by the frame's name. */
  readonly inside: ReadonlyMap<string, Measured>;
  readonly boxes: ReadonlyMap<string, Box>;
}

class Picture {
  readonly #root: Drawing;
  readonly #scopes: ReadonlyMap<string, Drawing>;
  readonly #inside: ReadonlyMap<string | undefined, readonly DrawnNode[]>;
  readonly #byName: ReadonlyMap<string, DrawnNode>;

  constructor(drawing: Drawing) {
    const [root = drawing, ...scopes] = toScopes(drawing);
    this.#root = root;
    this.#scopes = new Map(scopes.map((scope) => [scope.title, scope]));
    this.#inside = Map.groupBy(drawing.nodes, (node) => node.inside);
    this.#byName = new Map(drawing.nodes.map((node) => [node.name, node]));
  }

  draw(from: Point): Size & { readonly parts: readonly string[] } {
    const measured = this.#measure(this.#root);
    const parts: string[] = [];
    this.#draw(measured, from, parts);
    return { width: measured.layout.width, height: measured.layout.height, parts };
  }

  #measure(scope: Drawing): Measured {
    const needed = new Set(withoutImplied(scope));
    const edges = scope.edges.length > MOST_EDGES ? [...needed] : scope.edges;
    const inside = new Map<string, Measured>();
    const boxes = new Map<string, Box>();
    for (const { name } of scope.nodes) {
      const nodes = this.#inside.get(name);
      const inner = nodes && this.#measure(this.#scopes.get(name) ?? { title: name, nodes, edges: [] });
      if (inner) inside.set(name, inner);
      boxes.set(name, this.#boxOf(name, inner));
    }
    const levels = toLevels({ nodes: scope.nodes, edges });
    // What is played when a run fails stands below everything else.
    if (levels.has(ON_ERROR)) levels.set(ON_ERROR, Math.max(...levels.values()) + 1);
    const links = new Map(edges.map((edge): [DrawnLink, DrawnEdge] => [toLink(edge, levels), edge]));
    return {
      scope,
      inside,
      boxes,
      links,
      implied: new Set(edges.filter((edge) => !needed.has(edge))),
      layout: layOut([...boxes.values()], [...links.keys()], levels),
    };
  }

  #boxOf(name: string, inner: Measured | undefined): Box {
    const node = this.#byName.get(name)!;
    if (!inner) return { name, ...sizeOf(node) };
    const head = headOf(node);
    return {
      name,
      width: Math.max(inner.layout.width + 2 * FRAME_PADDING, head.width),
      height: inner.layout.height + head.height + FRAME_PADDING,
    };
  }

  /** Frames first, then lines, then nodes and labels above them. */
  #draw({ scope, layout, links, implied, inside, boxes }: Measured, from: Point, parts: string[]): void {
    const cornerOf = (name: string): Point => {
      const { x, y } = layout.boxes.get(name)!;
      return { x: from.x + x, y: from.y + y };
    };
    const nodes = scope.nodes.map(({ name }) => this.#byName.get(name)!);
    for (const node of nodes) {
      const inner = inside.get(node.name);
      if (!inner) continue;
      const [corner, box] = [cornerOf(node.name), boxes.get(node.name)!];
      parts.push(drawFrame(node, corner, box));
      const x = corner.x + (box.width - inner.layout.width) / 2;
      this.#draw(inner, { x, y: corner.y + headOf(node).height }, parts);
    }
    const moved = `transform="translate(${round(from.x)} ${round(from.y)})"`;
    const lines = [...links].map(([link, edge]) =>
      drawLine(edge, link, layout.lines.get(link)!.path, implied.has(edge)),
    );
    if (lines.length > 0) parts.push(`<g ${moved}>${lines.join("\n")}</g>`);
    for (const node of nodes) if (!inside.has(node.name)) parts.push(drawNode(node, cornerOf(node.name)));
    for (const [link, edge] of links) {
      const label = layout.lines.get(link)!.label;
      if (label) parts.push(drawLabel(edge, { x: from.x + label.x, y: from.y + label.y }));
    }
  }
}

const FAILURES: ReadonlySet<DrawnEdge["kind"]> = new Set(["fallback", "reconstruct"]);

/** A line in the layout. */
interface DrawnLink extends Link {
  /** It is laid out from its end to its beginning. */
  readonly isBack: boolean;
}

/** What a node is rebuilt from mostly stands below it: such a line is laid out from its end, and its arrow points up. */
function toLink({ from, to, kind, label }: DrawnEdge, levels: ReadonlyMap<string, number>): DrawnLink {
  const isBack = kind === "reconstruct" && levels.get(to)! < levels.get(from)!;
  const ends = isBack ? { from: to, to: from, isBack } : { from, to, isBack };
  if (label === undefined) return ends;
  const width = textWidth(widthOf(labelText(label)), SIZE.edge) + 2 * LABEL.padding;
  const near = kind === "choice" || isBack ? "to" : "from";
  return { ...ends, label: { width, height: LABEL.height, near } };
}

function labelText(label: string): string {
  return shorten(toVisible(label));
}

function drawLine({ kind }: DrawnEdge, { isBack }: DrawnLink, path: string, isImplied: boolean): string {
  const isFailure = FAILURES.has(kind);
  const classes = [
    "edge",
    ...(isFailure ? ["failed"] : kind === "data" ? [] : [kind]),
    ...(isImplied ? ["implied"] : []),
  ];
  const head = isFailure ? "failure-head" : kind === "guard" ? "guard-head" : "head";
  const arrow = isBack ? 'marker-start="url(#mg-back-head)"' : `marker-end="url(#mg-${head})"`;
  return `<path class="${classes.join(" ")}" d="${path}" ${arrow}/>`;
}

function drawLabel({ kind, label = "" }: DrawnEdge, { x, y }: Point): string {
  const words = labelText(label);
  const width = textWidth(widthOf(words), SIZE.edge) + 2 * LABEL.padding;
  const box = `<rect x="${round(x - width / 2)}" y="${round(y - LABEL.height / 2)}" width="${round(width)}" height="${LABEL.height}" rx="4"/>`;
  const look = FAILURES.has(kind) ? " failure-label" : kind === "guard" ? " guard-label" : "";
  return `<g class="label${look}">${box}${text("", x, y + 4, words)}</g>`;
}
