import { widthOf } from "../../../diagnostics/print/width-of.ts";
import { toVisible } from "../../../support/to-visible.ts";
import { type DrawnNode, frameTitle } from "../drawing.ts";
import { shorten } from "../shorten.ts";
import { Badges } from "./badges.ts";
import { drawShape, SIDE } from "./draw-shape.ts";
import { escapeXml, round, text } from "./elements.ts";
import type { Point } from "./layout.ts";
import { SIZE, textWidth } from "./style.ts";

const PADDING = 14;
const LINE = 18;
/** Letters of what stands below a name. */
const LONGEST_CAPTION = 48;

/** How kinds look that are alike: ordinary work, models, people, choices, values, and where it begins and ends. */
const LOOKS: Readonly<
  Record<DrawnNode["kind"], "work" | "model" | "person" | "choice" | "value" | "end" | "failure">
> = {
  task: "work",
  agent: "model",
  http: "work",
  shell: "work",
  score: "work",
  map: "work",
  loop: "work",
  wait: "work",
  checkpoint: "person",
  artifact: "work",
  branch: "choice",
  switchOn: "choice",
  oneOf: "value",
  derive: "value",
  text: "value",
  input: "end",
  output: "end",
  onError: "failure",
};

/** Kinds whose shape has straight sides. */
const STRAIGHT: ReadonlySet<DrawnNode["kind"]> = new Set(["task", "agent", "http", "shell", "map", "loop"]);

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How much room a node needs that is no frame. */
export function sizeOf(node: DrawnNode): Size {
  const badges = new Badges(node.policies ?? []);
  const caption = captionOf(node);
  const widths = [
    textWidth(widthOf(nameOf(node)), SIZE.name),
    textWidth(widthOf(caption), SIZE.small),
    badges.width,
  ];
  const lines = 1 + (caption === "" ? 0 : 0.8);
  return {
    width: Math.max(56, ...widths) + 2 * (PADDING + (STRAIGHT.has(node.kind) ? 0 : SIDE)),
    height: lines * LINE + 16 + badges.height + (badges.height > 0 ? 2 : 0),
  };
}

/** The height of a frame's head, and the width it needs at least. */
export function headOf(node: DrawnNode): Size {
  const badges = new Badges(node.policies ?? []);
  const title = textWidth(widthOf(titleOf(node)), SIZE.name);
  return {
    width: Math.max(title, badges.width) + 2 * PADDING,
    height: 30 + badges.height + (badges.height > 0 ? 4 : 0),
  };
}

/** A node that is no frame: its shape, its name, what kind it is where the shape does not say it, its policies. */
export function drawNode(node: DrawnNode, { x, y }: Point): string {
  const { width, height } = sizeOf(node);
  const { kind, policies = [] } = node;
  const caption = captionOf(node);
  const middle = x + width / 2;
  let line = y + 8 + LINE * 0.72;
  const parts = [drawShape(kind, { x, y }, { width, height }), text("name", middle, line, nameOf(node))];
  if (caption !== "") {
    line += LINE * 0.8;
    parts.push(text("kind", middle, line, caption));
  }
  parts.push(new Badges(policies).draw({ x: middle, y: line + 8 }, "middle"));
  return `<g class="${LOOKS[kind]}"><title>${escapeXml(`${node.name}: ${kind}`)}</title>${parts.join("")}</g>`;
}

/** The frame around what a map or a loop plays, or what is played when a run fails. */
export function drawFrame(node: DrawnNode, { x, y }: Point, { width, height }: Size): string {
  const { kind, name, policies = [] } = node;
  const title = `<text class="name" x="${round(x + PADDING)}" y="${round(y + 20)}">${escapeXml(titleOf(node))}</text>`;
  const rect = `<rect class="frame" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="8"/>`;
  const badges = new Badges(policies).draw({ x: x + PADDING, y: y + 29 }, "left");
  return `<g class="${LOOKS[kind]}"><title>${escapeXml(`${name}: ${kind}`)}</title>${rect}${title}${badges}</g>`;
}

function nameOf({ label }: DrawnNode): string {
  return shorten(toVisible(label));
}

function titleOf(node: DrawnNode): string {
  return frameTitle({ ...node, label: nameOf(node) });
}

/** What a box or a frame does not say. */
function captionOf({ kind, detail }: DrawnNode): string {
  const isSaid = kind === "task" || kind === "input" || kind === "output";
  const words = detail === undefined ? kind : `${kind} ${detail}`;
  return isSaid ? "" : shorten(toVisible(words), LONGEST_CAPTION);
}
