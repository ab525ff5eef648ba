import { waysOutOf } from "../../plan/index.ts";
import type { Formula } from "./formula.ts";
import { needsValue, type Presence } from "./presence.ts";
import type { GraphNode } from "./score-graph.ts";

/** Why a value may not be there. */
interface Cause {
  /** What is read, seen through texts and derives. */
  readonly node: GraphNode;
  /** The node upstream with the guard or the policy that can take the value away. */
  readonly guarded: GraphNode;
  readonly because: string;
  readonly label: string;
  readonly at: { readonly path?: readonly (string | number)[] };
}

/** Follows what `target` needs to the node that `part` of its presence comes from. */
export function causeOf(target: GraphNode, part: Formula, presence: Presence): Cause {
  const { formulas } = presence;
  const has = (node: GraphNode) => formulas.partsOf(presence.present(node)).includes(part);
  let read = target;
  let node = target;
  for (;;) {
    const next = [...node.reads.filter(needsValue).map((one) => one.target), ...node.after].find(has);
    const isOwn =
      formulas.partsOf(presence.guard(node)).includes(part) && "when" in node.plan && !node.after.some(has);
    if (!next || isOwn || node.plan.kind === "oneOf") break;
    if (node === read && (node.plan.kind === "text" || node.plan.kind === "derive")) read = next;
    node = next;
  }
  const { plan } = node;
  const through = node === read ? "" : `it needs "${node.name}": `;
  if (plan.kind === "oneOf") {
    return {
      node: read,
      guarded: node,
      because: `${through}no alternative of the oneOf() is sure to be there`,
      label: "none of these is sure to be there",
      at: {},
    };
  }
  const isGuarded = formulas.partsOf(presence.guard(node)).includes(part);
  const { skip: isGap, isChosen } = waysOutOf(plan);
  if (!isGuarded && isGap) {
    return {
      node: read,
      guarded: node,
      because: `${through}its onFailure ${isChosen ? "may be to skip it" : 'is "skip"'}`,
      label: `"${node.name}" may fail and be skipped`,
      at: { path: ["onFailure"] },
    };
  }
  if (!isGuarded && plan.kind === "checkpoint" && plan.onTimeout === "skip") {
    return {
      node: read,
      guarded: node,
      because: `${through}its onTimeout is "skip"`,
      label: `"${node.name}" is skipped when nobody answers`,
      at: { path: ["onTimeout"] },
    };
  }
  const words = presence.words(part);
  const because = words === undefined ? "it runs only under its `when`" : `it runs only when ${words}`;
  return {
    node: read,
    guarded: node,
    because: through + because,
    label: `"${node.name}" runs only under this condition`,
    at: { path: ["when"] },
  };
}
