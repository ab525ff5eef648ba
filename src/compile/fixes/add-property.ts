import type { ts as TS } from "ts-morph";
import type { Syntax } from "../syntax.ts";
import type { Splice } from "./change.ts";

interface Position {
  /** The property it is put behind; `"nothing"` for the first of all. The last one where it is left out. */
  readonly after?: TS.ObjectLiteralElementLike | "nothing" | undefined;
}

/**
 * Puts the property `text` into an object as the object is written: on a line of its own where the one before it has one,
 * else behind it; with a comma at the end where there is one. Comments stay with what they stand beside.
 */
export function addProperty(
  { source }: Syntax,
  object: TS.ObjectLiteralExpression,
  text: string,
  { after }: Position = {},
): Splice[] {
  const code = source.text;
  const { properties } = object;
  const opening = object.getStart(source) + 1;
  if (properties.length === 0) return intoEmpty(code, opening, object.getEnd() - 1, text);
  if (after === "nothing") return first(code, opening, properties[0]!.getStart(source), text);
  const before = after ?? properties.at(-1)!;
  const end = before.getEnd();
  const next = skipTrivia(code, end);
  const comma = code[next] === "," ? next : undefined;
  const lineEnd = restOfLine(code, comma === undefined ? end : comma + 1);
  const own = ownLine(code, before.getStart(source));
  if (own && lineEnd !== undefined) {
    if (comma !== undefined) return [insert(lineEnd, `${own}${text},`)];
    return lineEnd === end
      ? [insert(end, `,${own}${text}`)]
      : [insert(end, ","), insert(lineEnd, own + text)];
  }
  return comma === undefined
    ? [insert(endOfComments(code, end), `, ${text}`)]
    : [insert(comma + 1, ` ${text},`)];
}

function insert(at: number, text: string): Splice {
  return { start: at, end: at, text };
}

function intoEmpty(code: string, opening: number, closing: number, text: string): Splice[] {
  const isBlank = /^\s*$/.test(code.slice(opening, closing));
  return isBlank ? [{ start: opening, end: closing, text: ` ${text} ` }] : [insert(opening, ` ${text},`)];
}

function first(code: string, opening: number, start: number, text: string): Splice[] {
  const own = ownLine(code, start);
  const lineEnd = restOfLine(code, opening);
  if (own && lineEnd !== undefined) return [insert(lineEnd, `${own}${text},`)];
  return [insert(opening, /\s/.test(code[opening]!) ? ` ${text},` : `${text}, `)];
}

const BREAK = /[\n\r\u2028\u2029]/;

/** The line break and the indentation in front of what begins at `start`; `undefined` when something else stands there. */
function ownLine(code: string, start: number): string | undefined {
  return /(?:\r\n|[\n\r\u2028\u2029])[^\S\n\r\u2028\u2029]*$/.exec(code.slice(0, start))?.[0];
}

/** Where the line ends, its comments included; `undefined` when more than comments follows `from` in it. */
function restOfLine(code: string, from: number): number | undefined {
  let at = endOfComments(code, from);
  let end = at;
  while (at < code.length && !BREAK.test(code[at]!)) {
    if (code.startsWith("//", at)) {
      while (end < code.length && !BREAK.test(code[end]!)) end++;
      return end;
    }
    if (/\S/.test(code[at]!)) return undefined;
    at++;
  }
  return end;
}

/** Where the comments between stars end that follow `from` in its line. */
function endOfComments(code: string, from: number): number {
  const match = /^(?:[^\S\n\r\u2028\u2029]*\/\*(?:(?!\*\/)[^\n\r\u2028\u2029])*\*\/)+/.exec(code.slice(from));
  return from + (match?.[0].length ?? 0);
}

/** Where the next thing begins that is neither space nor comment. */
function skipTrivia(code: string, from: number): number {
  return from + /^(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/.exec(code.slice(from))![0].length;
}
