import { toDurationText } from "../../compile/diff/duration-text.ts";
import type { PlanNode } from "../../plan/index.ts";

/** What is agreed for when a node goes wrong or takes long, in a few letters each: `retry ×3`, `60s`, `4 at once`. */
export function policiesOf(node: PlanNode): string[] {
  const policies: string[] = [];
  if ("retry" in node && node.retry)
    policies.push(node.retry === "never" ? "retry never" : `retry ×${node.retry.attempts}`);
  if ("timeoutMs" in node && node.timeoutMs !== undefined) policies.push(toDurationText(node.timeoutMs));
  if (node.kind === "map" && node.concurrency !== undefined) policies.push(`${node.concurrency} at once`);
  if (node.kind === "map" && node.onItemError === "collect") policies.push("collects failures");
  if ("onFailure" in node && node.onFailure === "skip") policies.push("skip on failure");
  return policies;
}
