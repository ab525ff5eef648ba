import type { Standing } from "./source.ts";

/** The eight colours that every terminal has; what they look like is its owner's choice, light or dark. */
type Color = "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "gray";

/** Text of one look. */
export interface Segment {
  readonly text: string;
  readonly color?: Color | undefined;
  readonly bold?: boolean | undefined;
  readonly dim?: boolean | undefined;
  readonly inverse?: boolean | undefined;
  /** A URL that the terminal opens. */
  readonly link?: string | undefined;
}

/** A line of a screen, from left to right. */
export type Line = readonly Segment[];

/** What a terminal can show. */
export interface Looks {
  readonly hasColor: boolean;
  readonly isUnicode: boolean;
  /** Can it be clicked on? */
  readonly hasLinks: boolean;
}

const COLORS: Readonly<Record<Standing, Color | undefined>> = {
  idle: "gray",
  queued: "gray",
  running: "cyan",
  waiting: "magenta",
  paused: "yellow",
  done: "green",
  failed: "red",
  skipped: "gray",
  cancelled: "yellow",
};

const SIGNS: Readonly<Record<Standing, readonly [unicode: string, ascii: string]>> = {
  idle: ["·", "."],
  queued: ["◌", "o"],
  running: ["●", "*"],
  waiting: ["◆", "?"],
  paused: ["‖", "="],
  done: ["✓", "+"],
  failed: ["✗", "x"],
  skipped: ["–", "-"],
  cancelled: ["◼", "#"],
};

export function colorOf(standing: Standing): Color | undefined {
  return COLORS[standing];
}

/** The sign of a standing: what a colour says is never said by a colour alone. */
export function signOf(standing: Standing, { isUnicode }: Pick<Looks, "isUnicode">): string {
  return SIGNS[standing][isUnicode ? 0 : 1];
}

/** Characters for terminals that know no others. */
const ASCII: Readonly<Record<string, string>> = {
  "─": "-",
  "│": "|",
  "┌": "+",
  "┐": "+",
  "└": "+",
  "┘": "+",
  "├": "+",
  "┤": "+",
  "┬": "+",
  "┴": "+",
  "┼": "+",
  "█": "#",
  "░": ".",
  "▌": "#",
  "▶": ">",
  "►": ">",
  "◄": "<",
  "▲": "^",
  "▼": "v",
  "…": "~",
  "·": ".",
  "→": ">",
  "←": "<",
  "↑": "^",
  "↓": "v",
  "×": "x",
  "═": "=",
  "║": "|",
  "╔": "+",
  "╗": "+",
  "╚": "+",
  "╝": "+",
  "╭": "+",
  "╮": "+",
  "╰": "+",
  "╯": "+",
  "◇": "<",
  "–": "-",
  "’": "'",
};

/** `text` as the terminal can show it. */
export function toShown(text: string, { isUnicode }: Pick<Looks, "isUnicode">): string {
  if (isUnicode) return text;
  return [...text].map((one) => ASCII[one] ?? (one.codePointAt(0)! > 126 ? "?" : one)).join("");
}

export function plain(text: string, look: Omit<Segment, "text"> = {}): Segment {
  return { text, ...look };
}
