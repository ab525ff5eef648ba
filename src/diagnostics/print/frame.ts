import { toVisible } from "../../support/to-visible.ts";
import type { Place } from "../diagnostic.ts";
import { fitting, fittingAtEnd, widthOf } from "./width-of.ts";

/** How a frame is drawn. */
interface FrameStyle {
  /** How many lines are shown before the stretch, and how many after it. */
  readonly context: number;
  /** How many cells a terminal has for the frame; `undefined` where nobody knows. */
  readonly columns?: number | undefined;
  /** Drawn once per cell of the stretch: `^` or `-`. */
  readonly mark: string;
  readonly paintGutter: (text: string) => string;
  readonly paintMark: (text: string) => string;
}

/** Part of one line, in UTF-16 units from 0, end exclusive. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/;
const LONGEST_LINE = 120;
const SHORTEST_LINE = 40;
/** Numbers, bar, a blank on each side and an ellipsis at each end, beside the digits of the numbers. */
const AROUND = 5;
/** Of a long line, this much of the window lies before the stretch. */
const LEAD = 1 / 3;
const MOST_MARKED_LINES = 4;

/**
 * The lines of `source` around `place`, numbered, with marks under the exact stretch; none when `place` is not in `source`.
 *
 * Columns are UTF-16 units, as TypeScript and V8 count them. A line over 120 cells, or wider than the terminal, is cut to a
 * window around the stretch, a stretch over 4 lines to its first and last. What lies past a line's end is marked right
 * after it.
 * Own code, because @babel/code-frame throws for a stretch past the last line, always points with `>` and `^`, and knows
 * neither wide characters nor long lines.
 */
export function toFrame(source: string, place: Place, style: FrameStyle): readonly string[] {
  const lines = source.replace(/^\ufeff/, "").split(LINE_BREAK);
  if (lines[place.line - 1] === undefined) return [];
  const last = Math.min(Math.max(place.endLine ?? place.line, place.line), lines.length);
  const numbers = shownLines(lines, { first: place.line, last, context: style.context });
  const digits = String(numbers.at(-1)).length;
  const room = (style.columns ?? Number.POSITIVE_INFINITY) - digits - AROUND;
  const longest = Math.max(SHORTEST_LINE, Math.min(LONGEST_LINE, room));
  return numbers.flatMap((number, index) => {
    const line = lines[number - 1]!;
    const stretch = number < place.line || number > last ? undefined : stretchOn(line, { number, place });
    const { text, indent, width } = cutOut(line, longest, stretch);
    const gap = index > 0 && numbers[index - 1] !== number - 1 ? [style.paintGutter("...")] : [];
    const row = `${style.paintGutter(`${String(number).padStart(digits)} |`)} ${text}`.trimEnd();
    if (stretch === undefined) return [...gap, row];
    const marks = style.paintMark(style.mark.repeat(width));
    return [...gap, row, `${style.paintGutter(`${" ".repeat(digits)} |`)} ${" ".repeat(indent)}${marks}`];
  });
}

/** The numbers of the lines to show. What follows the last line break of a file is shown only when it is marked. */
function shownLines(
  lines: readonly string[],
  { first, last, context }: { first: number; last: number; context: number },
): number[] {
  const end = lines.at(-1) === "" ? lines.length - 1 : lines.length;
  const until = Math.max(last, Math.min(end, last + context));
  const numbers: number[] = [];
  for (let number = Math.max(1, first - context); number <= until; number++) {
    const isInside = number > first && number < last;
    if (!isInside || last - first < MOST_MARKED_LINES) numbers.push(number);
  }
  return numbers;
}

/** What `place` covers of line `number`, or `undefined` when that is nothing but blanks on a later line. */
function stretchOn(line: string, { number, place }: { number: number; place: Place }): Stretch | undefined {
  const endLine = place.endLine ?? place.line;
  const isFirst = number === place.line;
  const from = isFirst ? Math.min(Math.max(place.column - 1, 0), line.length) : line.search(/\S|$/);
  const rest = line.trimEnd().length;
  const end =
    number < endLine ? rest : number > endLine ? from : (place.endColumn ?? (isFirst ? 0 : rest + 1)) - 1;
  const to = Math.min(end, line.length);
  if (to > from) return { from, to };
  return isFirst ? { from, to: from + 1 } : undefined;
}

/** The part of `line` that is shown, at most `longest` cells, and where in it, in cells, the marks stand. */
function cutOut(
  line: string,
  longest: number,
  stretch: Stretch = { from: 0, to: 0 },
): { text: string; indent: number; width: number } {
  const { from, to } = stretch;
  const lead = Math.round(longest * LEAD);
  const isLong = fitting(line, longest) < line.length;
  const isFar = isLong && fitting(line.slice(0, from), longest - lead) < from;
  const start = isFar ? from - fittingAtEnd(line.slice(0, from), lead) : 0;
  const end = isLong ? start + fitting(line.slice(start), longest) : line.length;
  const [before, after] = [start > 0 ? "…" : "", end < line.length ? "…" : ""];
  return {
    text: `${before}${toVisible(line.slice(start, end))}${after}`,
    indent: before.length + widthOf(line.slice(start, from)),
    width: Math.max(1, widthOf(line.slice(from, Math.min(to, end)))),
  };
}
