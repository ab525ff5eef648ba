import type { ts as TS } from "ts-morph";

/** `node` as its author reads it, `found.output.leads[0]`: names and fields without casts. `undefined` for anything else. */
export function wordsOf(ts: typeof TS, node: TS.Node): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  if (
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isNonNullExpression(node)
  )
    return wordsOf(ts, node.expression);
  if (ts.isPropertyAccessExpression(node)) {
    const of = wordsOf(ts, node.expression);
    return of && `${of}.${node.name.text}`;
  }
  if (ts.isElementAccessExpression(node) && ts.isLiteralExpression(node.argumentExpression)) {
    const of = wordsOf(ts, node.expression);
    return of && `${of}[${node.argumentExpression.getText()}]`;
  }
  return undefined;
}
