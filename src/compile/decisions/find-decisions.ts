import type { ts as TS } from "ts-morph";
import type { Built } from "./constructors.ts";
import { References } from "./references.ts";

/** JavaScript that decides by what is no value yet. */
export interface Decision {
  /** `choice`: by `?` or `&&`. `default`: by `||` or `??`. `same`: by `===` or `!==`. */
  readonly way: "if" | "choice" | "default" | "same";
  /** The reference. */
  readonly reference: TS.Node;
  /** What is to be marked: the reference, or the whole comparison. */
  readonly at: TS.Node;
  readonly built: Built;
  /** The name of the const that it comes from. */
  readonly origin: TS.Node | undefined;
}

/** Every place in `source` where a node or a reference is taken for true or false, in the order of the source. */
export function findDecisions(ts: typeof TS, source: TS.SourceFile): readonly Decision[] {
  const references = new References(ts, source);
  const found: Decision[] = [];
  const add = (expression: TS.Node, way: Decision["way"], at?: TS.Node) => {
    const reference = references.unwrapped(expression);
    const known = references.known(reference);
    if (known) found.push({ way, reference, at: at ?? reference, origin: known.origin, built: known.built });
  };
  /** Of `a && b` the left side is looked at where that stands. */
  const decide = (expression: TS.Node, way: Decision["way"]) => {
    const inner = references.unwrapped(expression);
    if (ts.isBinaryExpression(inner) && isLogical(ts, inner)) decide(inner.right, way);
    else add(inner, way);
  };
  const visit = (node: TS.Node) => {
    if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node))
      decide(node.expression, "if");
    else if (ts.isForStatement(node) && node.condition) decide(node.condition, "if");
    else if (ts.isConditionalExpression(node)) decide(node.condition, "choice");
    else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
      decide(node.operand, "if");
    else if (ts.isBinaryExpression(node)) compare(node);
  };
  const compare = (node: TS.BinaryExpression) => {
    const { kind } = node.operatorToken;
    if (isLogical(ts, node)) decide(node.left, kind === ts.SyntaxKind.BarBarToken ? "default" : "choice");
    else if (kind === ts.SyntaxKind.QuestionQuestionToken) add(node.left, "default");
    else if (
      kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
      kind === ts.SyntaxKind.ExclamationEqualsEqualsToken
    ) {
      if (isLiteral(ts, node.right)) add(node.left, "same", node);
      else if (isLiteral(ts, node.left)) add(node.right, "same", node);
    }
  };
  const stack: TS.Node[] = [source];
  for (let node = stack.pop(); node; node = stack.pop()) {
    visit(node);
    ts.forEachChild(node, (child) => void stack.push(child));
  }
  return found.sort((a, b) => a.at.getStart(source) - b.at.getStart(source));
}

function isLogical(ts: typeof TS, { operatorToken }: TS.BinaryExpression): boolean {
  const { kind } = operatorToken;
  return kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken;
}

/** A string, a number, a truth value or null, written out. */
function isLiteral(ts: typeof TS, expression: TS.Node): boolean {
  const node = ts.isParenthesizedExpression(expression) ? expression.expression : expression;
  return (
    ts.isStringLiteralLike(node) ||
    ts.isNumericLiteral(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    node.kind === ts.SyntaxKind.NullKeyword
  );
}
