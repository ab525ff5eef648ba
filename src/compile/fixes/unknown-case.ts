import type { ts as TS } from "ts-morph";
import { isNearestAlone } from "../../support/nearest.ts";
import type { Syntax } from "../syntax.ts";
import { type Change, spelled } from "./change.ts";
import type { Fixing } from "./fix-finding.ts";
import { isOutsideHelpers, isReadFrom } from "./own-node.ts";
import { respell } from "./respell.ts";

/** MS2201: the case that was meant, where it is written once in the condition. */
export function unknownCase({ finding, syntax, call }: Fixing<"MS2201">): Change | undefined {
  const { wrong, known, guess } = finding.facts;
  if (guess === undefined || !isNearestAlone(wrong, guess, known)) return undefined;
  const condition = syntax.follow(call, finding.path ?? []);
  const [literal, ...more] = condition ? findCases(syntax, condition.value, wrong) : [];
  if (!literal || more.length > 0 || !isOutsideHelpers(syntax, literal)) return undefined;
  const given = literal.parent as TS.CallExpression;
  // One that is named already would be named twice.
  if (given.arguments.some((one) => syntax.ts.isStringLiteralLike(one) && one.text === guess))
    return undefined;
  const { expression } = given.expression as TS.PropertyAccessExpression;
  if (!isReadFrom(syntax, expression, finding.others?.[0]?.sites[0])) return undefined;
  const splice = respell(syntax, literal, guess);
  return splice && { title: spelled(wrong, guess), syntax, splices: [splice] };
}

/** The texts `wrong` that are given to an `is(…)` inside `within`, and inside what that is set to. */
function findCases({ ts, follower }: Syntax, within: TS.Node, wrong: string): TS.StringLiteralLike[] {
  const found = new Set<TS.StringLiteralLike>();
  const stack = [within, follower.resolve(within)];
  for (let node = stack.pop(); node; node = stack.pop()) {
    const isCase =
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === "is";
    for (const given of isCase ? (node as TS.CallExpression).arguments : [])
      if (ts.isStringLiteralLike(given) && given.text === wrong) found.add(given);
    ts.forEachChild(node, (child) => void stack.push(child));
  }
  return [...found];
}
