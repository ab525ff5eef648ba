import { bindingsOf, type Expr, HIDDEN, type PlanNode, partsOf } from "../../plan/index.ts";
import type { ExprText, Scope } from "./expr-text.ts";

/** The paths of the nodes whose values `node` reads, through hidden nodes; guards and order are no reading. Sorted. */
export function readsOf(node: PlanNode, scope: Scope, text: ExprText): string[] {
  const found = new Set<string>();
  const seen = new Set<PlanNode>();
  const waiting: [Expr, Scope][] = valuesOf(node).map((expr) => [expr, scope]);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [expr, at] = next;
    if (expr.is !== "output") {
      for (const part of partsOf(expr)) waiting.push([part, at]);
      if (expr.is === "case") found.add(text.nameOf(expr.node, expr.up, at));
    } else if (!expr.node.startsWith(HIDDEN)) found.add(text.nameOf(expr.node, expr.up, at));
    else {
      let own = at;
      for (let i = 0; i < expr.up && own.parent; i++) own = own.parent;
      const hidden = own.body.nodes[expr.node];
      if (!hidden || seen.has(hidden)) continue;
      seen.add(hidden);
      for (const value of valuesOf(hidden)) waiting.push([value, own]);
    }
  }
  return [...found].sort();
}

function valuesOf(node: PlanNode): readonly Expr[] {
  return bindingsOf(node).flatMap(({ expr, isGuard }) => (isGuard ? [] : [expr]));
}
