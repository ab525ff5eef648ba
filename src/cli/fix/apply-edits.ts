import type { Edit } from "../../diagnostics/index.ts";

/** An edit by offsets, in UTF-16 units. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** `text`, which begins without a byte order mark, with `edits` made in it. None of them touches another. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  return applySplices(text, toSplices(text, edits));
}

/** The edits of `text` in its order. */
export function toSplices(text: string, edits: readonly Edit[]): Splice[] {
  const starts = lineStarts(text);
  const offset = (line: number, column: number) => starts[line - 1]! + column - 1;
  return edits
    .map(({ line, column, endLine, endColumn, text: put }) => ({
      start: offset(line, column),
      end: offset(endLine, endColumn),
      text: put,
    }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
}

/** @param splices in the order of the text */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let written = "";
  let from = 0;
  for (const { start, end, text: put } of splices) {
    written += text.slice(from, start) + put;
    from = end;
  }
  return written + text.slice(from);
}

/** Where each line begins, as TypeScript counts lines. */
function lineStarts(text: string): number[] {
  const ends = text.matchAll(/\r\n|[\n\r\u2028\u2029]/g);
  return [0, ...Array.from(ends, ({ index, 0: end }) => index + end.length)];
}
