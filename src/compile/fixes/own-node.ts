import type { ts as TS } from "ts-morph";
import type { Site } from "../../define/site.ts";
import type { Call, Syntax } from "../syntax.ts";

/** A function that map() calls for each item, when `fn` is one. */
export function mapOf({ ts }: Syntax, fn: TS.Node): TS.CallExpression | undefined {
  const property = ts.isMethodDeclaration(fn) ? fn : fn.parent;
  if (!ts.isMethodDeclaration(property) && !ts.isPropertyAssignment(property)) return undefined;
  const call = property.parent.parent;
  const isEach = ts.isIdentifier(property.name) && property.name.text === "each";
  return isEach && ts.isCallExpression(call) ? call : undefined;
}

/** Does what stands at `node` belong to one node of one score? What stands in a function may be meant for several. */
export function isOutsideHelpers(syntax: Syntax, node: TS.Node): boolean {
  for (let at: TS.Node | undefined = node.parent; at; at = at.parent) {
    if (syntax.ts.isFunctionLike(at) && !mapOf(syntax, at)) return false;
  }
  return true;
}

/** Is `from` read from the node that was built at `site`, or from the item of a map? */
export function isReadFrom(syntax: Syntax, from: TS.Node, site: Site | undefined): boolean {
  const origin = syntax.follower.originOf(from);
  if (syntax.ts.isIdentifier(origin)) return isItem(syntax, origin);
  const call = site?.file === syntax.source.fileName ? syntax.callAt(site) : undefined;
  return call !== undefined && (origin as Call) === call;
}

/** Is it the parameter of a map's `each`? */
function isItem(syntax: Syntax, name: TS.Identifier): boolean {
  for (let at: TS.Node | undefined = name.parent; at; at = at.parent) {
    if (!syntax.ts.isFunctionLike(at)) continue;
    const isOwn = at.parameters.some(
      (one) => syntax.ts.isIdentifier(one.name) && one.name.text === name.text,
    );
    if (isOwn) return mapOf(syntax, at) !== undefined;
  }
  return false;
}
