import {
  type CheckpointNode,
  type Gate,
  harmoniesOf,
  type LoopNode,
  type OnFailure,
  type Plan,
  type PlanNode,
  type Retry,
  type Sharing,
  toEffectText,
  waysOut,
} from "../../plan/index.ts";
import { toDurationText } from "../../support/duration-text.ts";
import { toUsd } from "../../support/money.ts";

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
    policies.push(node.retry === "never" ? "retry never" : retryOf(node.retry));
  if ("timeoutMs" in node && node.timeoutMs !== undefined)
    policies.push(node.kind === "checkpoint" ? waitOf(node, node.timeoutMs) : toDurationText(node.timeoutMs));
  if (node.kind === "map" && node.concurrency !== undefined) policies.push(`${node.concurrency} at once`);
  if (node.kind === "map" && node.onItemError === "collect") policies.push("collects failures");
  if (node.kind === "score" && node.maxDepth !== undefined)
    policies.push(`${count(node.maxDepth, "level")} deep`);
  if (node.kind === "agent" && node.routing !== undefined) policies.push(`${node.routing} routing`);
  if ("onFailure" in node && node.onFailure) policies.push(failureOf(node.onFailure));
  if (node.kind === "task" && node.verify)
    policies.push(`verifies ${node.verify.map(toEffectText).join(", ")}`);
  if ("phase" in node && node.phase) policies.push(`phase ${node.phase}`);
  if ("importance" in node && node.importance) policies.push(`${node.importance} importance`);
  if ("cache" in node && node.cache) policies.push(`cached ${toDurationText(node.cache.ttlMs)}`);
  const { resources = {}, tags = [] } = node as Sharing;
  for (const [name, needed] of Object.entries(resources)) policies.push(`${name} ×${needed}`);
  for (const tag of tags) policies.push(`#${tag}`);
  return policies;
}

/** What is agreed for a whole run. */
export function runPolicies(plan: Plan): string[] {
  const { timeoutMs, runs, tags = [], risk, routing, phases, budget = {} } = plan;
  const { perRunMicroUsd, perDayMicroUsd } = budget;
  const harmonies = harmoniesOf(plan).map(
    ([, { artifacts, onConflict }]) => `harmony of ${artifacts.join(", ")}, else ${onConflict}`,
  );
  return [
    ...(timeoutMs === undefined ? [] : [`${toDurationText(timeoutMs)} in all`]),
    ...(runs === undefined ? [] : [`${count(runs.max, "run")} at once`]),
    ...(perRunMicroUsd === undefined ? [] : [`${toUsd(perRunMicroUsd)} a run`]),
    ...(perDayMicroUsd === undefined ? [] : [`${toUsd(perDayMicroUsd)} a day`]),
    ...(phases === undefined ? [] : [`phases ${phases.join(" → ")}`]),
    ...(risk === undefined ? [] : [`${risk} risk`]),
    ...(routing === undefined ? [] : [`${routing} routing`]),
    ...tags.map((tag) => `#${tag}`),
    ...harmonies,
  ];
}

/** `retry ×3 on MR3002, varied`. */
function retryOf({ attempts, on, vary }: Retry): string {
  return `retry ×${attempts}${on ? ` on ${on.join(", ")}` : ""}${vary ? ", varied" : ""}`;
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
  const { fallback, reconstruct, skip, isChosen } = waysOut(onFailure);
  const ways = [
    ...(fallback ? ["node" in fallback ? fallback.node : "a value"] : []),
    ...(reconstruct ? [`from ${reconstruct.from}`] : []),
    ...(skip ? ["a gap"] : []),
  ];
  if (!isChosen) return `else ${ways.join("")}`;
  return ways.length === 0 ? "tries once more or fails" : `else chooses: ${ways.join(", ")}`;
}
