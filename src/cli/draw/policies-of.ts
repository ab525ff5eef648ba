import { toDurationText } from "../../compile/diff/duration-text.ts";
import type { CheckpointNode, Gate, LoopNode, OnFailure, Plan, PlanNode, Sharing } from "../../plan/index.ts";

/**
 * What is agreed for when a node goes wrong or takes long, in a few letters each: `retry ×3`, `60s`, `4 at once`.
 * @param until a loop's condition, as its author wrote it
 */
export function policiesOf(node: PlanNode, until: (loop: LoopNode) => string): string[] {
  const policies: string[] = [];
  if (node.kind === "loop") policies.push(`at most ${count(node.max, "turn")}`, `until ${until(node)}`);
  if (node.kind === "loop" && node.onMax === "last") policies.push("else the last state");
  if (node.kind === "artifact") for (const gate of node.gates) policies.push(gateOf(gate));
  if ("retry" in node && node.retry)
    policies.push(node.retry === "never" ? "retry never" : `retry ×${node.retry.attempts}`);
  if ("timeoutMs" in node && node.timeoutMs !== undefined)
    policies.push(node.kind === "checkpoint" ? waitOf(node, node.timeoutMs) : toDurationText(node.timeoutMs));
  if (node.kind === "map" && node.concurrency !== undefined) policies.push(`${node.concurrency} at once`);
  if (node.kind === "map" && node.onItemError === "collect") policies.push("collects failures");
  if (node.kind === "score" && node.maxDepth !== undefined)
    policies.push(`${count(node.maxDepth, "level")} deep`);
  if ("onFailure" in node && node.onFailure) policies.push(failureOf(node.onFailure));
  if ("importance" in node && node.importance) policies.push(`${node.importance} importance`);
  if ("cache" in node && node.cache) policies.push(`cached ${toDurationText(node.cache.ttlMs)}`);
  const { resources = {}, tags = [] } = node as Sharing;
  for (const [name, needed] of Object.entries(resources)) policies.push(`${name} ×${needed}`);
  for (const tag of tags) policies.push(`#${tag}`);
  return policies;
}

/** What is agreed for a whole run. */
export function runPolicies({ timeoutMs, runs, tags = [] }: Plan): string[] {
  return [
    ...(timeoutMs === undefined ? [] : [`${toDurationText(timeoutMs)} in all`]),
    ...(runs === undefined ? [] : [`${count(runs.max, "run")} at once`]),
    ...tags.map((tag) => `#${tag}`),
  ];
}

function gateOf({ by, min, onFail, review }: Gate): string {
  const asked =
    review?.timeoutMs === undefined
      ? ""
      : ` (${toDurationText(review.timeoutMs)}, then ${review.onTimeout ?? "reject"})`;
  return `${"agent" in by ? by.agent : by.task} ≥ ${min}, else ${onFail}${asked}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function waitOf({ onTimeout }: CheckpointNode, timeoutMs: number): string {
  const length = toDurationText(timeoutMs);
  if (onTimeout === undefined) return length;
  return `${length}, then ${typeof onTimeout === "string" ? onTimeout : `decide ${JSON.stringify(onTimeout.decide)}`}`;
}

function failureOf(onFailure: OnFailure): string {
  if (onFailure === "skip") return "skip on failure";
  if (onFailure.is === "reconstruct") return `else from ${onFailure.from}`;
  return "node" in onFailure ? `else ${onFailure.node}` : "else a value";
}
