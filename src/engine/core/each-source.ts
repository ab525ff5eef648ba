import { type Body, bindingsOf, type Condition, type Expr, partsOf } from "../../plan/index.ts";

/** A map, a loop, or what is played when a run fails: what stands in it reads from around it. */
export interface Inner {
  readonly body: Body;
  readonly until?: Condition;
}

/** Calls `visit` for every node that `expr` reads `depth` scopes up. */
export function eachSource(expr: Expr | Condition, depth: number, visit: (name: string) => void): void {
  const stack: Expr[] = [expr];
  for (let at = stack.pop(); at; at = stack.pop()) {
    if ((at.is === "output" || at.is === "case") && at.up === depth) visit(at.node);
    stack.push(...partsOf(at));
  }
}

/** Calls `visit` for every node of the enclosing scope that something inside `owner` reads: it waits for them. */
export function eachBodySource(owner: Inner, visit: (name: string) => void): void {
  const stack: { readonly owner: Inner; readonly depth: number }[] = [{ owner, depth: 1 }];
  for (let at = stack.pop(); at; at = stack.pop()) {
    const { depth, owner } = at;
    eachSource(owner.body.output, depth, visit);
    if (owner.until) eachSource(owner.until, depth, visit);
    for (const node of Object.values(owner.body.nodes)) {
      for (const { expr } of bindingsOf(node)) eachSource(expr, depth, visit);
      if (node.kind === "map" || node.kind === "loop") stack.push({ owner: node, depth: depth + 1 });
    }
  }
}
