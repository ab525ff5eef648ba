import { bodyOf } from "./bindings-of.ts";
import type { Body, Plan, PlanNode } from "./plan.ts";

/**
 * The node whose step has this key, `found`, `drafts/3`, `drafts/3/letter`, `refined/0/text`, `onError/told`; `undefined`
 * when no step can have it.
 */
export function nodeAt({ body, onError }: Plan, key: string): PlanNode | undefined {
  const [first = "", ...rest] = key.split("/");
  const isHandler = first === "onError" && onError !== undefined && !Object.hasOwn(body.nodes, first);
  let node = isHandler ? at(onError, rest.shift() ?? "") : at(body, first);
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
