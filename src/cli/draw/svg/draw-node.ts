import { widthOf } from "../../../diagnostics/print/width-of.ts";
import { toVisible } from "../../../support/to-visible.ts";
import type { DrawnNode } from "../drawing.ts";
import { shorten } from "../shorten.ts";
import type { Point } from "./layout.ts";
import { SIZE, textWidth } from "./style.ts";

const PADDING = 14;
const LINE = 18;
const BADGE = { height: 16, padding: 6, gap: 5 } as const;
/** What a slanted or round side takes of a box, in and above its text. */
const SIDE = 10;

/** The classes of kinds that look alike. */
const LOOKS: Readonly<Record<DrawnNode["kind"], "work" | "choice" | "value" | "end">> = {
  task: "work",
  agent: "work",
  http: "work",
  shell: "work",
  score: "work",
  map: "work",
  loop: "work",
  wait: "work",
  checkpoint: "choice",
  artifact: "work",
  branch: "choice",
  switchOn: "choice",
  oneOf: "value",
  derive: "value",
  text: "value",
  input: "end",
  output: "end",
};

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How much room a node needs that is no frame. */
export function sizeOf(node: DrawnNode): Size {
  const { kind, policies = [] } = node;
  const side = LOOKS[kind] === "work" ? 0 : SIDE;
  const widths = [
    textWidth(widthOf(nameOf(node)), SIZE.name),
    textWidth(captionOf(node).length, SIZE.small),
    badgesWidth(policies),
  ];
  const lines = 1 + (captionOf(node) === "" ? 0 : 0.8) + (policies.length === 0 ? 0 : 1.2);
  return { width: Math.max(56, ...widths) + 2 * (PADDING + side), height: lines * LINE + 16 };
}

/** The height of a frame's head. */
export function headOf({ policies = [] }: DrawnNode): Size {
  return { width: badgesWidth(policies), height: policies.length === 0 ? 30 : 52 };
}

/** How much room a frame's title needs. */
export function titleWidth(node: DrawnNode): number {
  return textWidth(widthOf(frameTitle(node)), SIZE.name) + 2 * PADDING;
}

/** A node that is no frame: its shape, its name, what kind it is where the shape does not say it, its policies. */
export function drawNode(node: DrawnNode, { x, y }: Point): string {
  const { width, height } = sizeOf(node);
  const { kind, policies = [] } = node;
  const caption = captionOf(node);
  const middle = x + width / 2;
  let line = y + 8 + LINE * 0.72;
  const parts = [shapeOf(kind, { x, y }, { width, height }), text("name", middle, line, nameOf(node))];
  if (caption !== "") {
    line += LINE * 0.8;
    parts.push(text("kind", middle, line, caption));
  }
  if (policies.length > 0)
    parts.push(badges(policies, { x: middle - badgesWidth(policies) / 2, y: line + 8 }));
  return `<g class="${LOOKS[kind]}"><title>${escapeXml(`${node.name}: ${kind}`)}</title>${parts.join("")}</g>`;
}

/** The frame around what a map plays. */
export function drawFrame(node: DrawnNode, { x, y }: Point, { width, height }: Size): string {
  const { policies = [] } = node;
  const title = `<text class="name" x="${round(x + PADDING)}" y="${round(y + 20)}">${escapeXml(frameTitle(node))}</text>`;
  const rect = `<rect class="frame" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="8"/>`;
  const drawn = policies.length > 0 ? badges(policies, { x: x + PADDING, y: y + 29 }) : "";
  return `<g><title>${escapeXml(`${node.name}: map`)}</title>${rect}${title}${drawn}</g>`;
}

function nameOf({ label }: DrawnNode): string {
  return shorten(toVisible(label));
}

function frameTitle(node: DrawnNode): string {
  return `${nameOf(node)}: each item`;
}

/** A box is a task; other shapes are told in words too. */
function captionOf({ kind }: DrawnNode): string {
  return kind === "task" || kind === "input" || kind === "output" ? "" : kind;
}

function shapeOf(kind: DrawnNode["kind"], { x, y }: Point, { width, height }: Size): string {
  const points = (list: readonly (readonly [number, number])[]) =>
    `<polygon class="shape" points="${list.map(([px, py]) => `${round(px)},${round(py)}`).join(" ")}"/>`;
  const [right, bottom] = [x + width, y + height];
  switch (kind) {
    case "branch":
    case "checkpoint":
    case "switchOn": {
      const side = SIDE + 6;
      return points([
        [x + side, y],
        [right - side, y],
        [right, y + height / 2],
        [right - side, bottom],
        [x + side, bottom],
        [x, y + height / 2],
      ]);
    }
    case "oneOf":
      return points([
        [x, y],
        [right, y],
        [right - SIDE, bottom],
        [x + SIDE, bottom],
      ]);
    case "text":
      return points([
        [x, y],
        [right - SIDE, y],
        [right, y + SIDE],
        [right, bottom],
        [x, bottom],
      ]);
    case "task":
    case "agent":
    case "http":
    case "shell":
    case "score":
    case "map":
    case "loop":
    case "wait":
    case "artifact":
      return rect({ x, y }, { width, height }, 5);
    case "derive":
    case "input":
    case "output":
      return rect({ x, y }, { width, height }, height / 2);
    default:
      return kind satisfies never;
  }
}

function rect({ x, y }: Point, { width, height }: Size, radius: number): string {
  return `<rect class="shape" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${round(radius)}"/>`;
}

function badgeWidth(policy: string): number {
  return textWidth(policy.length, SIZE.small) + 2 * BADGE.padding;
}

function badgesWidth(policies: readonly string[]): number {
  return policies.reduce((sum, policy, i) => sum + badgeWidth(policy) + (i === 0 ? 0 : BADGE.gap), 0);
}

function badges(policies: readonly string[], { x, y }: Point): string {
  let left = x;
  return policies
    .map((policy) => {
      const width = badgeWidth(policy);
      const box = `<rect x="${round(left)}" y="${round(y)}" width="${round(width)}" height="${BADGE.height}" rx="${BADGE.height / 2}"/>`;
      const words = text("", left + width / 2, y + 11.8, policy);
      left += width + BADGE.gap;
      return `<g class="badge">${box}${words}</g>`;
    })
    .join("");
}

/** One line of text around the middle `x`. */
export function text(className: string, x: number, y: number, words: string): string {
  const named = className === "" ? "" : ` class="${className}"`;
  return `<text${named} x="${round(x)}" y="${round(y)}" text-anchor="middle">${escapeXml(words)}</text>`;
}

export function escapeXml(words: string): string {
  // Also what XML allows in no form: control characters are visible already, these are not.
  return toVisible(words)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(/[\ufffe\uffff]/g, "\ufffd");
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
