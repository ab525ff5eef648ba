import { fittingAtEnd, widthOf } from "../diagnostics/print/width-of.ts";
import { toVisible } from "../support/to-visible.ts";
import type { Line, Segment } from "./looks.ts";

/** What anybody wrote as it can stand on a screen: one line, and nothing a terminal would act on. */
export function toCell(text: string, columns: number): string {
  // Of a megabyte the beginning is looked at.
  const most = Math.max(0, columns) * MOST_UNITS_A_CELL;
  const visible = toVisible(text.slice(0, most).replaceAll(/\s*[\r\n]+\s*/g, " "));
  if (text.length <= most && widthOf(visible) <= columns) return visible;
  let [kept, width] = ["", 0];
  for (const { segment } of SEGMENTS.segment(visible)) {
    const own = widthOf(segment);
    if (width + own > columns - 1) break;
    kept += segment;
    width += own;
  }
  return columns > 0 ? `${kept}…` : "";
}

/** Somebody who types at its end sees the end. */
export function toCellAtEnd(text: string, columns: number): string {
  const most = Math.max(1, columns) * MOST_UNITS_A_CELL;
  const visible = toVisible(text.slice(-most));
  if (text.length <= most && widthOf(visible) <= columns) return visible;
  return `…${visible.slice(visible.length - fittingAtEnd(visible, columns - 1))}`;
}

/** A text that is typed, cut to `columns` around its cursor. */
interface TypedCell {
  readonly before: string;
  /** What the cursor stands on; empty at the end. */
  readonly under: string;
  readonly after: string;
}

/** Somebody who types in the middle of a text sees what is before it, and what follows. */
export function toTypedCell(text: string, cursor: number, columns: number): TypedCell {
  const most = Math.max(1, columns) * MOST_UNITS_A_CELL;
  const rest = toVisible(text.slice(cursor, cursor + most));
  const under = SEGMENTS.segment(rest).containing(0)?.segment ?? "";
  const following = Math.min(widthOf(rest), columns >> 1);
  const before = toCellAtEnd(text.slice(0, cursor), columns - following);
  const after = toCell(rest.slice(under.length), columns - widthOf(before) - widthOf(under));
  return { before, under, after };
}

/** Text that fills a cell is seldom longer. */
const MOST_UNITS_A_CELL = 16;
const SEGMENTS = new Intl.Segmenter();

/** The same, as wide as `columns`. */
export function toColumn(text: string, columns: number): string {
  const cell = toCell(text, columns);
  return cell + " ".repeat(Math.max(0, columns - widthOf(cell)));
}

/** A sentence, broken between words where it is wider than `columns`. */
export function toWrapped(sentence: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length === 0 || widthOf(longer) > columns) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** `line` cut to `columns`. */
export function cutLine(line: Line, columns: number): Line {
  let left = columns;
  const kept: Segment[] = [];
  for (const segment of line) {
    if (left <= 0) break;
    const width = widthOf(segment.text);
    kept.push(width <= left ? segment : { ...segment, text: toCell(segment.text, left) });
    left -= width;
  }
  return kept;
}

/** The part of `items` that is seen when `selected` has to be: as many as `rows`, `selected` in the middle where it can. */
export function windowOf(count: number, selected: number, rows: number): { from: number; to: number } {
  const from = Math.max(0, Math.min(selected - Math.floor(rows / 2), count - rows));
  return { from, to: Math.min(count, from + rows) };
}

export function widthOfLine(line: Line): number {
  return line.reduce((width, { text }) => width + widthOf(text), 0);
}
