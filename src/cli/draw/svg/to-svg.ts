import { widthOf } from "../../../diagnostics/print/width-of.ts";
import type { Plan } from "../../../plan/index.ts";
import { toVisible } from "../../../support/to-visible.ts";
import type { Drawing, DrawnEdge, DrawnNode } from "../drawing.ts";
import { toLevels, withoutImplied } from "../levels.ts";
import { shorten } from "../shorten.ts";
import { toDrawing } from "../to-drawing.ts";
import { toScopes } from "../to-scopes.ts";
import { drawFrame, drawNode, escapeXml, headOf, round, sizeOf, text, titleWidth } from "./draw-node.ts";
import type { Box, Link } from "./layer-graph.ts";
import { type Layout, layOut, type Point } from "./layout.ts";
import { SIZE, STYLE, textWidth } from "./style.ts";

const MARGIN = 20;
const FRAME_PADDING = 16;
const LABEL = { height: 16, padding: 4 } as const;
/** Beyond them only what does not follow from others is drawn: a picture of lines alone says nothing. */
const MOST_EDGES = 400;

/**
 * `plan` as one SVG that needs nothing else: no fonts, no scripts, no other files; light or dark as its reader likes.
 * Boxes are tasks, hexagons branches and switches, rounded ones computed values, a frame is a map around what it plays.
 * A solid line is a value, a dotted one a guard with its case, a dashed one order alone; a pale one follows from others.
 */
export function toSvg(plan: Plan): string {
  const drawing = toDrawing(plan);
  const picture = new Picture(drawing).draw();
  const [width, height] = [picture.width + 2 * MARGIN, picture.height + 2 * MARGIN].map(Math.ceil) as [
    number,
    number,
  ];
  const title = escapeXml(plan.title === undefined ? plan.score : `${plan.score}: ${plan.title}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" class="mg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${title}</title>
<style>${STYLE}
</style>
<defs>${marker("head")}${marker("guard-head")}</defs>
<rect class="bg" width="${width}" height="${height}" rx="8"/>
${picture.parts.join("\n")}
</svg>
`;
}

function marker(name: string): string {
  return `<marker id="mg-${name}" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto" markerUnits="userSpaceOnUse"><path class="${name}" d="M0 .5L8 4L0 7.5Z"/></marker>`;
}

/** One scope, laid out. */
interface Measured {
  readonly scope: Drawing;
  readonly layout: Layout;
  readonly links: ReadonlyMap<Link, DrawnEdge>;
  readonly implied: ReadonlySet<DrawnEdge>;
  /** What stands in its frames, by the map's name. */
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
    this.#inside = Map.groupBy(drawing.nodes, ({ map }) => map);
    this.#byName = new Map(drawing.nodes.map((node) => [node.name, node]));
  }

  draw() {
    const measured = this.#measure(this.#root);
    const parts: string[] = [];
    this.#draw(measured, { x: MARGIN, y: MARGIN }, parts);
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
    const links = new Map(edges.map((edge): [Link, DrawnEdge] => [toLink(edge), edge]));
    return {
      scope,
      inside,
      boxes,
      links,
      implied: new Set(edges.filter((edge) => !needed.has(edge))),
      layout: layOut([...boxes.values()], [...links.keys()], toLevels({ nodes: scope.nodes, edges })),
    };
  }

  #boxOf(name: string, inner: Measured | undefined): Box {
    const node = this.#byName.get(name)!;
    if (!inner) return { name, ...sizeOf(node) };
    const head = headOf(node);
    const width = Math.max(inner.layout.width, titleWidth(node) - 2 * FRAME_PADDING, head.width);
    return {
      name,
      width: width + 2 * FRAME_PADDING,
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
      drawLine(edge, layout.lines.get(link)!.path, implied.has(edge)),
    );
    if (lines.length > 0) parts.push(`<g ${moved}>${lines.join("\n")}</g>`);
    for (const node of nodes) if (!inside.has(node.name)) parts.push(drawNode(node, cornerOf(node.name)));
    for (const [link, edge] of links) {
      const label = layout.lines.get(link)!.label;
      if (label) parts.push(drawLabel(edge, { x: from.x + label.x, y: from.y + label.y }));
    }
  }
}

function toLink({ from, to, kind, label }: DrawnEdge): Link {
  if (label === undefined) return { from, to };
  const width = textWidth(widthOf(labelText(label)), SIZE.edge) + 2 * LABEL.padding;
  return { from, to, label: { width, height: LABEL.height, near: kind === "choice" ? "to" : "from" } };
}

function labelText(label: string): string {
  return shorten(toVisible(label));
}

function drawLine({ kind }: DrawnEdge, path: string, isImplied: boolean): string {
  const head = kind === "guard" ? "guard-head" : "head";
  const classes = ["edge", ...(kind === "data" ? [] : [kind]), ...(isImplied ? ["implied"] : [])];
  return `<path class="${classes.join(" ")}" d="${path}" marker-end="url(#mg-${head})"/>`;
}

function drawLabel({ kind, label = "" }: DrawnEdge, { x, y }: Point): string {
  const words = labelText(label);
  const width = textWidth(widthOf(words), SIZE.edge) + 2 * LABEL.padding;
  const box = `<rect x="${round(x - width / 2)}" y="${round(y - LABEL.height / 2)}" width="${round(width)}" height="${LABEL.height}" rx="4"/>`;
  return `<g class="label${kind === "guard" ? " guard-label" : ""}">${box}${text("", x, y + 4, words)}</g>`;
}
