import { bindingsOf, type Expr, type Path } from "../../plan/index.ts";
import { type GraphNode, type GraphScope, leavesOf } from "./score-graph.ts";

/**
 * Can the value of one of `exprs`, which stand in `scope`, differ between the items of a map or the turns of a loop that
 * `scope` is the inside of? Only `false` is certain: what a node does may differ each time, and so may a state.
 */
export function variesIn(scope: GraphScope, exprs: readonly Expr[]): boolean {
  const seen = new Set<GraphNode>();
  const stack = [...exprs];
  for (let next = stack.pop(); next; next = stack.pop()) {
    for (const { expr } of leavesOf(next, [])) {
      if (expr.is === "index" && expr.up === 0) return true;
      if (expr.is === "item" && expr.up === 0 && !isKept(expr.path, scope)) return true;
      const node =
        (expr.is === "output" || expr.is === "case") && expr.up === 0
          ? scope.nodes.get(expr.node)
          : undefined;
      if (!node || seen.has(node)) continue;
      seen.add(node);
      if (!IS_PURE[node.plan.kind]) return true;
      stack.push(...bindingsOf(node.plan).map((binding) => binding.expr));
    }
  }
  return false;
}

/** The same for the same values. */
const IS_PURE: Readonly<Record<GraphNode["plan"]["kind"], boolean>> = {
  branch: true,
  switchOn: true,
  text: true,
  oneOf: true,
  derive: true,
  task: false,
  agent: false,
  http: false,
  shell: false,
  score: false,
  map: false,
  loop: false,
  wait: false,
  checkpoint: false,
  artifact: false,
};

/** Does a loop hand this part of its state on as it is, turn after turn? */
function isKept(path: Path, { owner, body }: GraphScope): boolean {
  if (owner?.plan.kind !== "loop" || !owner.plan.state) return false;
  let next: Expr | undefined = body.output;
  for (const [i, key] of path.entries()) {
    if (next?.is === "item" && next.up === 0) return isSamePath([...next.path, ...path.slice(i)], path);
    next = next?.is === "object" ? next.fields[String(key)] : undefined;
  }
  return next?.is === "item" && next.up === 0 && isSamePath(next.path, path);
}

function isSamePath(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((key, i) => key === other[i]);
}
