import { bodyOf, type Plan, type PlanNode } from "../plan/index.ts";

const PLAYED: ReadonlySet<PlanNode["kind"]> = new Set<PlanNode["kind"]>([
  "task",
  "map",
  "branch",
  "switchOn",
  "text",
  "oneOf",
  "derive",
]);

/** What this engine cannot play of the plan, in words; `undefined` when it plays all of it. */
export function notPlayedIn(plan: Plan): string | undefined {
  if (plan.onError) return "an onError";
  if (plan.timeoutMs !== undefined) return "a timeout of the whole score";
  const bodies = [plan.body];
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
  if (!PLAYED.has(node.kind)) return `${/^[aeiou]/.test(node.kind) ? "an" : "a"} ${node.kind} node`;
  if ("onFailure" in node && typeof node.onFailure === "object") return `a ${node.onFailure.is}`;
  return node.kind === "task" && node.secrets ? "a task with secrets" : undefined;
}
