import { bodyOf, type Plan, type PlanNode } from "../plan/index.ts";

/** What this engine cannot play of the plan, in words; `undefined` when it plays all of it. */
export function notPlayedIn({ body, onError }: Plan): string | undefined {
  const bodies = onError ? [body, onError] : [body];
  for (const { nodes } of bodies) {
    for (const [name, node] of Object.entries(nodes)) {
      const what = foreignIn(node);
      if (what) return `${what}, at "${name}"`;
      const inside = bodyOf(node);
      if (inside) bodies.push(inside);
    }
  }
  return undefined;
}

function foreignIn(node: PlanNode): string | undefined {
  const onFailure = "onFailure" in node ? node.onFailure : undefined;
  return typeof onFailure === "object" && onFailure.is === "reconstruct" ? "a reconstruct()" : undefined;
}
