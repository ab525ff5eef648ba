import type { DrawnNode } from "../drawing.ts";
import { round } from "./elements.ts";
import type { Point } from "./layout.ts";

/** What a slanted or round side takes of a shape, in and above its text. */
export const SIDE = 10;
const FOLD = 9;

/** The outline of a kind, for a box of this size. */
export function drawShape(
  kind: DrawnNode["kind"],
  { x, y }: Point,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const [right, bottom] = [x + width, y + height];
  const middle = y + height / 2;
  const rect = (radius: number) =>
    `<rect class="shape" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${round(radius)}"/>`;
  switch (kind) {
    case "branch":
    case "checkpoint":
    case "switchOn": {
      const side = SIDE + 6;
      return polygon([
        [x + side, y],
        [right - side, y],
        [right, middle],
        [right - side, bottom],
        [x + side, bottom],
        [x, middle],
      ]);
    }
    case "oneOf":
      return polygon([
        [x, y],
        [right, y],
        [right - SIDE, bottom],
        [x + SIDE, bottom],
      ]);
    case "text":
      return polygon([
        [x, y],
        [right - SIDE, y],
        [right, y + SIDE],
        [right, bottom],
        [x, bottom],
      ]);
    case "artifact":
      return `${polygon([
        [x, y],
        [right - FOLD, y],
        [right, y + FOLD],
        [right, bottom],
        [x, bottom],
      ])}<path class="shape" d="M${round(right - FOLD)} ${round(y)}V${round(y + FOLD)}H${round(right)}"/>`;
    case "score":
      return `${rect(5)}${[x + 6, right - 6].map((at) => `<path class="shape" d="M${round(at)} ${round(y)}V${round(bottom)}"/>`).join("")}`;
    case "task":
    case "agent":
    case "http":
    case "shell":
    case "map":
    case "loop":
    case "onError":
      return rect(5);
    case "wait":
    case "derive":
    case "input":
    case "output":
      return rect(height / 2);
    default:
      return kind satisfies never;
  }
}

function polygon(points: readonly (readonly [number, number])[]): string {
  return `<polygon class="shape" points="${points.map(([px, py]) => `${round(px)},${round(py)}`).join(" ")}"/>`;
}
