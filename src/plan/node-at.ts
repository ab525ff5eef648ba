import type { Plan, PlanNode } from "./plan.ts";

/** The node whose step has this key, `found`, `drafts/3`, `drafts/3/letter`; `undefined` when no step can have it. */
export function nodeAt({ body }: Plan, key: string): PlanNode | undefined {
  const [first = "", ...rest] = key.split("/");
  let node = at(body.nodes, first);
  while (rest.length > 0) {
    const index = rest.shift()!;
    if (node?.kind !== "map" || !/^\d+$/.test(index)) return undefined;
    node = at(node.body.nodes, node.body.single ? "each" : (rest.shift() ?? ""));
  }
  return node;
}

function at(nodes: Readonly<Record<string, PlanNode>>, name: string): PlanNode | undefined {
  return Object.hasOwn(nodes, name) ? nodes[name] : undefined;
}
