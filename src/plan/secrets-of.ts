import { bindingsOf, bodyOf } from "./bindings-of.ts";
import { type Expr, partsOf } from "./expr.ts";
import { namedSecrets } from "./named-secrets.ts";
import type { Body, Plan } from "./plan.ts";

/** The names of all secrets that a run of `plan` may open. */
export function secretsOf({ body, onError }: Plan): ReadonlySet<string> {
  const names = new Set<string>();
  const bodies: Body[] = onError ? [body, onError] : [body];
  for (const { nodes } of bodies) {
    for (const node of Object.values(nodes)) {
      for (const name of namedSecrets(node)) names.add(name);
      const waiting = bindingsOf(node).map(({ expr }): Expr => expr);
      for (let expr = waiting.pop(); expr; expr = waiting.pop()) {
        if (expr.is === "secret") names.add(expr.name);
        waiting.push(...partsOf(expr));
      }
      const inside = bodyOf(node);
      if (inside) bodies.push(inside);
    }
  }
  return names;
}
