import { judgeOf, partKeyOf, reviewOf } from "./artifact-parts.ts";
import { bodyOf } from "./bindings-of.ts";
import { BUDGET_QUESTION, isBudgetKey } from "./budget-question.ts";
import type { Body, Plan, PlanNode } from "./plan.ts";

/**
 * The node whose step has this key, `found`, `drafts/3`, `drafts/3/letter`, `refined/0/text`, `onError/told`; of
 * `letter/~gate0` its judge, of `letter/~review0` and `~budget0` what a person is asked. `undefined` when no step can have it.
 */
export function nodeAt(plan: Plan, key: string): PlanNode | undefined {
  if (isBudgetKey(key)) return BUDGET_QUESTION;
  const part = partKeyOf(key);
  if (part) {
    const artifact = nodeAt(plan, part.key);
    if (artifact?.kind !== "artifact") return undefined;
    return part.is === "gate" ? judgeOf(artifact, part.index) : reviewOf(artifact, part.index);
  }
  const { body, onError } = plan;
  const [first = "", ...rest] = key.split("/");
  const isHandler = first === "onError" && onError !== undefined && !Object.hasOwn(body.nodes, first);
  let node = isHandler ? at(onError, onError.single ? "each" : (rest.shift() ?? "")) : at(body, first);
  while (rest.length > 0) {
    const index = rest.shift()!;
    const inside = node && bodyOf(node);
    if (!inside || !/^\d+$/.test(index)) return undefined;
    node = at(inside, inside.single ? "each" : (rest.shift() ?? ""));
  }
  return node;
}

function at({ nodes }: Body, name: string): PlanNode | undefined {
  return Object.hasOwn(nodes, name) ? nodes[name] : undefined;
}
