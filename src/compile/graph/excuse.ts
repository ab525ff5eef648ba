import { type Expr, partsOf } from "../../plan/index.ts";
import type { Difference } from "./fits.ts";
import type { Presence } from "./presence.ts";
import type { GraphNode, ScoreGraph } from "./score-graph.ts";

/**
 * A node that is played only under conditions may know more than the schema says: of a value that may be missing
 * anything may have made sure, of one that may not fit a condition that looks at it.
 */
export function isExcused(
  { is }: Difference,
  expr: Expr,
  {
    node,
    graph,
    presence,
  }: { readonly node: GraphNode; readonly graph: ScoreGraph; readonly presence: Presence },
): boolean {
  const { formulas } = presence;
  const isFree = presence.present(node) === formulas.true && presence.around(node.scope) === formulas.true;
  if (isFree || is === "never" || is === "lacks") return false;
  return is === "missing" || isLookedAt(expr, graph);
}

const lookedAt = new WeakMap<ScoreGraph, ReadonlySet<string>>();

function isLookedAt(expr: Expr, graph: ScoreGraph): boolean {
  const known = lookedAt.get(graph) ?? valuesInConditions(graph);
  lookedAt.set(graph, known);
  return rootsOf(expr).some((root) => known.has(root));
}

/** The roots of all values that a condition or a switch looks at. */
function valuesInConditions({ nodes }: ScoreGraph): ReadonlySet<string> {
  return new Set(
    nodes.flatMap(({ plan }) => [
      ...("when" in plan && plan.when ? rootsOf(plan.when) : []),
      ...(plan.kind === "branch" || plan.kind === "switchOn" ? rootsOf(plan.on) : []),
      // A condition may look at what was computed from it.
      ...(plan.kind === "derive" || plan.kind === "oneOf" ? plan.of.flatMap(rootsOf) : []),
    ]),
  );
}

function rootsOf(expr: Expr): string[] {
  const found: string[] = [];
  const stack: Expr[] = [expr];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (next.is === "output") found.push(`node ${next.node}`);
    else if (next.is === "item" || next.is === "input") found.push(next.is);
    stack.push(...partsOf(next));
  }
  return found;
}
