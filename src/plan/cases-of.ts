import { bindingsOf, bodyOf } from "./bindings-of.ts";
import { type Expr, partsOf } from "./expr.ts";
import type { Body } from "./plan.ts";

/** The cases of a switch that nodes are played for. */
export interface Cases {
  readonly named: readonly (string | number | boolean)[];
  /** Some are played for any case that is not named. */
  readonly hasOther: boolean;
}

/** What nodes of `body`, and those inside of its maps and loops, say of the switch called `name` in it. */
export function casesOf(body: Body, name: string): Cases {
  const named = new Set<string | number | boolean>();
  let hasOther = false;
  const open: { readonly body: Body; readonly depth: number }[] = [{ body, depth: 0 }];
  for (let at = open.pop(); at; at = open.pop()) {
    for (const node of Object.values(at.body.nodes)) {
      const exprs: Expr[] = bindingsOf(node).map(({ expr }) => expr);
      for (let expr = exprs.pop(); expr; expr = exprs.pop()) {
        exprs.push(...partsOf(expr));
        if (expr.is !== "case" || expr.node !== name || expr.up !== at.depth) continue;
        for (const one of expr.cases) named.add(one);
        hasOther ||= expr.negate;
      }
      const inside = bodyOf(node);
      if (inside) open.push({ body: inside, depth: at.depth + 1 });
    }
  }
  return { named: [...named], hasOther };
}
