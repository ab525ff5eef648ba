import type { ts as TS } from "ts-morph";
import type { Syntax } from "../syntax.ts";
import type { Splice } from "./change.ts";

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
/** What would have to be escaped, in one kind of quotes or another. */
const NOT_PLAIN = /["'`\\$\p{Cc}\u2028\u2029]/u;

/** Can `text` be a name without quotes? */
export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text);
}

/**
 * Writes `right` where the name `node` stands: a field that is read, a key, a name of its own, or a text in quotes, which
 * keeps its quotes. A shorthand keeps its value: `{ timeot }` becomes `{ timeout: timeot }`.
 * @returns `undefined` where `right` cannot stand, or would stand twice
 */
export function respell({ ts, source, follower }: Syntax, node: TS.Node, right: string): Splice | undefined {
  const [start, end] = [node.getStart(source), node.getEnd()];
  const { parent } = node;
  if (NOT_PLAIN.test(right)) return undefined;
  if (ts.isStringLiteralLike(node)) return { start: start + 1, end: end - 1, text: right };
  if (!ts.isIdentifier(node)) return undefined;
  const isName = isIdentifier(right);
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    if (isName) return { start, end, text: right };
    const dot = parent.expression.getEnd();
    return source.text.slice(dot, start) === "." ? { start: dot, end, text: `["${right}"]` } : undefined;
  }
  if (ts.isObjectLiteralElementLike(parent) && parent.name === node) {
    const { properties } = parent.parent as TS.ObjectLiteralExpression;
    if (properties.some((one) => one.name && follower.textOf(one.name) === right)) return undefined;
    const key = isName ? right : `"${right}"`;
    return {
      start,
      end,
      text: ts.isShorthandPropertyAssignment(parent) ? `${key}: ${node.text}` : key,
    };
  }
  return isName ? { start, end, text: right } : undefined;
}
