import { failItem, settle } from "./advance.ts";
import { backoffMs } from "./backoff.ts";
import type { GraphNode } from "./graph.ts";
import type { Scope } from "./scope.ts";
import type { PastAttempt, RunState, Step, StepError } from "./state.ts";

/** A step's turn has come. What the journal already holds of it counts; otherwise it is made ready. */
export function reachStep(scope: Scope, node: GraphNode, input: unknown): void {
  const state = scope.run;
  scope.activate(node.index);
  const step: Step = { key: scope.keyOf(node), scope, node, input, attempt: 1, failures: 0 };
  state.steps.set(step.key, step);
  if (node.plan.kind === "derive") {
    state.computes.push(step);
    return;
  }
  const past = state.past.get(step.key);
  if (past === undefined) {
    state.ready.push(step);
    return;
  }
  resumeStep(state, step, past);
}

/** Goes on with a step whose earlier attempts are known. */
function resumeStep(state: RunState, step: Step, past: readonly PastAttempt[]): void {
  const last = past.at(-1)!;
  step.attempt = last.attempt + 1;
  step.failures = past.filter(({ status }) => status === "failed").length;
  switch (last.status) {
    case "completed":
      return endStep(step, { value: last.value });
    case "failed":
      return afterFailure(state, step, last.error!, last.endedAt!);
    case "running":
    case "interrupted":
      if (last.error?.code !== NEVER_BEGUN && isAtMostOnce(step) && !state.redo.has(step.key))
        state.asking.push(step.key);
      else state.ready.push(step);
      return;
    default:
      return last.status satisfies never;
  }
}

/** What an interruption is marked with when the attempt had been written down and was not played. */
export const NEVER_BEGUN = "never-begun";

/** Must this step not happen twice? */
export function isAtMostOnce({ node: { plan } }: Step): boolean {
  return plan.kind === "task" && plan.retry === "never";
}

/** The step is over; with nothing as its result it counts as skipped. */
export function endStep(step: Step, result: { readonly value: unknown } | undefined): void {
  step.scope.run.steps.delete(step.key);
  if (!step.scope.isDead()) settle(step.scope, step.node, result);
}

/**
 * An attempt has failed at `at`: try again later, leave a gap, or give up, as the node's policy says.
 * `step.failures` counts it already.
 */
export function afterFailure(state: RunState, step: Step, error: StepError, at: number): void {
  const { plan } = step.node;
  const retry = plan.kind === "task" && plan.retry !== "never" ? plan.retry : undefined;
  if (retry && step.failures < retry.attempts && !step.scope.isDead()) {
    const due = at + backoffMs(retry, `${state.id}/${step.key}`, step.failures);
    state.delayed.splice(indexFor(state.delayed, due), 0, { at: due, since: at, step });
    return;
  }
  state.steps.delete(step.key);
  if (!step.scope.isDead()) failStep(step.scope, step.node, error);
}

/** Where something due at `at` stands among what is sorted by it; found by halving. */
function indexFor(sorted: RunState["delayed"], at: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]!.at <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A node has failed for good: leave a gap, or pass the failure on to what it is part of. */
export function failStep(scope: Scope, node: GraphNode, error: StepError): void {
  const state = scope.run;
  const key = scope.keyOf(node);
  const { plan } = node;
  const isGap = "onFailure" in plan && plan.onFailure === "skip";
  if (isGap) {
    if (plan.kind === "map")
      state.notes.push({ key, kind: plan.kind, status: "skipped", error, info: { reason: "failed" } });
    return settle(scope, node, undefined);
  }
  if (plan.kind !== "task" && !node.hidden)
    state.notes.push({ key, kind: plan.kind, status: "failed", error });
  if (scope.owner) return failItem(scope.owner, scope, error);
  state.failure ??= { step: key, error };
}
