import { callStandIn, failItem, settle } from "./advance.ts";
import { failPart, takePart } from "./artifact.ts";
import { backoffMs } from "./backoff.ts";
import { ABSENT } from "./evaluate.ts";
import type { GraphNode } from "./graph.ts";
import { failTurn, takeState } from "./loop.ts";
import { pastOfRound } from "./remake.ts";
import type { Scope } from "./scope.ts";
import type { PastAttempt, RunState, Step, StepError } from "./state.ts";

/** A step's turn has come. What the journal already holds of it counts; otherwise it is made ready. */
export function reachStep(scope: Scope, node: GraphNode, input: unknown): void {
  const state = scope.run;
  scope.activate(node.index);
  const step: Step = { key: scope.keyOf(node), scope, node, input, attempt: 1, failures: 0, isBegun: false };
  if (node.plan.kind !== "derive") return beginStep(state, step);
  state.steps.set(step.key, step);
  state.computes.push(step);
}

/** A new step begins, or goes on from what the journal holds of it. */
export function beginStep(state: RunState, step: Step): void {
  state.steps.set(step.key, step);
  const past = state.past.get(step.key);
  if (past === undefined) {
    state.ready.push(step);
    return;
  }
  if (step.node.heldBy === undefined) return resumeStep(state, step, past);
  const ofRound = pastOfRound(past, step);
  if (ofRound.length > 0) return resumeStep(state, step, ofRound);
  step.attempt = Math.max(step.attempt, past.at(-1)!.attempt + 1);
  state.ready.push(step);
}

/** Goes on with a step whose earlier attempts are known. */
function resumeStep(state: RunState, step: Step, past: readonly PastAttempt[]): void {
  const last = past.at(-1)!;
  step.attempt = last.status === "completed" ? last.attempt : last.attempt + 1;
  step.failures = past.filter(({ status, error }) => status === "failed" || error?.isCounted).length;
  switch (last.status) {
    case "completed":
      return endStep(step, { value: last.value });
    case "skipped":
      return endStep(step, undefined);
    case "failed":
      return afterFailure(state, step, last.error!, last.endedAt!);
    case "running":
    case "interrupted":
      if (isPause(step) && last.status === "running") return reopen(state, step, last);
      if (last.child !== undefined) return followChild(state, step, last);
      if (last.error?.code !== NEVER_BEGUN && isAtMostOnce(step) && !state.redo.has(step.key))
        state.asking.push(step.key);
      else if (last.error?.isCounted) afterFailure(state, step, last.error, last.endedAt!);
      else state.ready.push(step);
      return;
    default:
      return last.status satisfies never;
  }
}

/** Does it wait for a time or a person, without anything being under way? */
export function isPause({ node: { plan } }: Step): boolean {
  return plan.kind === "wait" || plan.kind === "checkpoint";
}

/** Is it a small function of the author's, a `derive` or a check, and no attempt at anything? */
export function isComputed({ node: { plan } }: Step): boolean {
  return plan.kind === "derive" || plan.kind === "loop" || plan.kind === "artifact";
}

/** It was open when the process ended, and is still. */
function reopen(state: RunState, step: Step, { attempt, until }: PastAttempt): void {
  step.attempt = attempt;
  if (until === undefined && step.node.plan.kind === "wait") state.ready.push(step);
  else openPause(state, step, until ?? Number.POSITIVE_INFINITY);
}

/** The run that plays it goes on, whatever happened to this one. */
function followChild(state: RunState, step: Step, { attempt, child }: PastAttempt): void {
  step.attempt = attempt;
  step.child = child!;
  state.ready.push(step);
}

/** The pause has been written down: from now on it waits until `until`, or for a decision. */
export function openPause(state: RunState, step: Step, until: number): void {
  step.until = until;
  if (step.node.plan.kind !== "wait") state.open.set(step.key, step);
  // A clock that was set back does not end it early.
  if (until !== Number.POSITIVE_INFINITY) delay(state, step, until, 0);
}

function delay(state: RunState, step: Step, at: number, since: number): void {
  state.delayed.splice(indexFor(state.delayed, at), 0, { at, since, step });
}

/** Why a checkpoint that was asked leaves a gap. */
export const NOT_IN_TIME = "not decided in time";

/** What an interruption is marked with when the attempt had been written down and was not played. */
export const NEVER_BEGUN = "never-begun";

/** Must this step not happen twice? */
export function isAtMostOnce({ node: { plan } }: Step): boolean {
  return "retry" in plan && plan.retry === "never";
}

/** The step is over; with nothing as its result it counts as skipped. */
export function endStep(step: Step, result: { readonly value: unknown } | undefined): void {
  const state = step.scope.run;
  state.steps.delete(step.key);
  if (step.until !== undefined) closePause(state, step);
  if (step.node.heldBy !== undefined) step.scope.noteAttempt(step.node.index, step.attempt + 1);
  if (step.loop) takeState(step.loop, result?.value);
  else if (step.artifact) takePart(step, result?.value);
  else if (!step.scope.isDead()) settle(step.scope, step.node, result);
}

/** Decided, or over: neither its time nor anybody's answer is waited for. */
function closePause(state: RunState, step: Step): void {
  state.open.delete(step.key);
  const index = state.delayed.findIndex((other) => other.step === step);
  if (index >= 0) state.delayed.splice(index, 1);
}

/**
 * An attempt has failed at `at`: try again later, leave a gap, or give up, as the node's policy says.
 * `step.failures` counts it already.
 */
export function afterFailure(state: RunState, step: Step, error: StepError, at: number): void {
  const { plan } = step.node;
  const retry = "retry" in plan && plan.retry !== "never" ? plan.retry : undefined;
  if (retry && !error.isFinal && step.failures < retry.attempts && !step.scope.isDead()) {
    const waitMs = backoffMs(retry, `${state.id}/${step.key}`, step.failures);
    return delay(state, step, at + Math.max(waitMs, error.retryAfterMs ?? 0), at);
  }
  state.steps.delete(step.key);
  if (step.until !== undefined) closePause(state, step);
  if (step.node.heldBy !== undefined) step.scope.noteAttempt(step.node.index, step.attempt);
  if (step.loop) return failTurn(step.loop, undefined, error);
  if (step.artifact) return failPart(step, error);
  if (!step.scope.isDead()) failStep(step.scope, step.node, error);
}

/**
 * The process that played an attempt ended at `at`. Where nothing else can have ended it, that is a failure as any other;
 * else it is played again. What must not happen twice is asked about.
 */
export function afterInterruption(state: RunState, step: Step, error: StepError, at: number): void {
  step.attempt++;
  if (isAtMostOnce(step) && !step.scope.isDead()) {
    state.asking.push(step.key);
    return;
  }
  if (!error.isCounted) {
    state.ready.push(step);
    return;
  }
  step.failures++;
  afterFailure(state, step, error, at);
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
  const isWhole = plan.kind === "map" || plan.kind === "loop" || plan.kind === "artifact";
  const isGap = "onFailure" in plan && plan.onFailure === "skip";
  if (isGap) {
    if (isWhole)
      state.notes.push({ key, kind: plan.kind, status: "skipped", error, info: { reason: "failed" } });
    return settle(scope, node, undefined);
  }
  // A step's own attempts are written down by whoever played them.
  if ((isWhole || plan.kind === "derive") && !node.hidden)
    state.notes.push({ key, kind: plan.kind, status: "failed", error });
  if (node.standIn !== undefined) return callStandIn(scope, node, error);
  const spare = node.spare?.(scope);
  if (node.spare && spare !== ABSENT) return settle(scope, node, { value: spare ?? null });
  failForGood(scope, node, error);
}

/** Nothing stands in: the failure is that of what the node is part of. */
export function failForGood(scope: Scope, node: GraphNode, error: StepError): void {
  const { owner } = scope;
  if (!owner) scope.run.failure ??= { step: scope.keyOf(node), error };
  else if ("turns" in owner) failTurn(owner, scope, error);
  else failItem(owner, scope, error);
}
