import { bindingsOf } from "./bindings-of.ts";
import { type Expr, type Path, partsOf } from "./expr.ts";
import { type Body, HIDDEN } from "./plan.ts";

/** One value that another is made of, and how it is read. */
export interface Trace {
  /** `draft.text`, `input.wish`, `item.company`; of what has no name its kind: `derive`. */
  readonly name: string;
  readonly expr: Expr;
}

/**
 * What `expr` is made of in the scope of `body`: nodes, the run's input, the item. What has no name of its own (a text, a
 * derive, a oneOf that nobody listed) is followed to what it reads.
 */
export function tracesOf(expr: Expr, { nodes }: Body): readonly Trace[] {
  const found = new Map<string, Trace>();
  const seen = new Set<string>();
  const stack = [expr];
  for (let at = stack.pop(); at; at = stack.pop()) {
    const hidden =
      at.is === "output" && at.up === 0 && at.node.startsWith(HIDDEN) ? nodes[at.node] : undefined;
    if (at.is === "output" && hidden) {
      if (!seen.has(at.node)) stack.push(...bindingsOf(hidden).map((binding) => binding.expr));
      seen.add(at.node);
      continue;
    }
    const name = nameOf(at);
    if (name !== undefined && !found.has(name)) found.set(name, { name, expr: at });
    stack.push(...partsOf(at));
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function nameOf(expr: Expr): string | undefined {
  switch (expr.is) {
    case "output":
      return withPath(
        expr.node.startsWith(HIDDEN) ? expr.node.replace(/^~|\d+$/g, "") : expr.node,
        expr.path,
      );
    case "input":
    case "item":
      return withPath(expr.is, expr.path);
    case "index":
      return expr.is;
    default:
      return undefined;
  }
}

function withPath(name: string, path: Path): string {
  return [name, ...path].join(".");
}
