import { settle } from "./advance.ts";
import { afterFailure, noteGap, rebuild } from "./after-failure.ts";
import { takePart } from "./artifact.ts";
import { parkAgain, takeBudgetDecision } from "./budget.ts";
import type { GraphNode } from "./graph.ts";
import { takeState } from "./loop.ts";
import { pastOfRound } from "./remake.ts";
import type { Scope } from "./scope.ts";
import type { PastAttempt, RunState, Step } from "./state.ts";
import { vary } from "./vary.ts";

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
  const failed = past.filter(isFailure);
  step.failures = failed.length;
  if (step.node.ways.isChosen) {
    step.spentMs = past.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0);
    step.isGranted = past.some(({ choice }) => choice?.way === "retry");
  }
  if (last.isRebuilding && last.status !== "completed") step.rebuilding = { error: failed.at(-1)!.error! };
  switch (last.status) {
    case "completed":
      return endStep(step, { value: last.value });
    case "skipped":
      return endStep(step, undefined);
    case "failed":
      return afterFailure(state, step, last.error!, last);
    case "running":
    case "interrupted":
      if (step.rebuilding && !last.error?.isCounted)
        return rebuild(step.scope, step.node, step.rebuilding.error, step);
      if (step.failures > 0) vary(step);
      if (isPause(step) && last.status === "running") return reopen(state, step, last);
      if (last.breach) return parkAgain(state, step, last.breach);
      if (last.child !== undefined) return followChild(state, step, last);
      if (last.error?.code !== NEVER_BEGUN && isAtMostOnce(step) && !state.redo.has(step.key))
        state.asking.push(step.key);
      else if (last.error?.isCounted) afterFailure(state, step, last.error, last);
      else state.ready.push(step);
      return;
    default:
      return last.status satisfies never;
  }
}

/** Did it fail, at what its node does itself? */
function isFailure({ status, error, isRebuilding }: PastAttempt): boolean {
  return !isRebuilding && (status === "failed" || error?.isCounted === true);
}

/** Does it wait for a time or a person, without anything being under way? */
export function isPause({ node: { plan }, rebuilding }: Step): boolean {
  return rebuilding === undefined && (plan.kind === "wait" || plan.kind === "checkpoint");
}

/** Is it a small function of the author's, a `derive` or a check, and no attempt at anything? */
export function isComputed({ node: { plan }, rebuilding }: Step): boolean {
  if (rebuilding) return false;
  return plan.kind === "derive" || plan.kind === "loop" || plan.kind === "artifact";
}

/** It was open when the process ended, and is still. */
function reopen(state: RunState, step: Step, { attempt, until }: PastAttempt): void {
  step.attempt = attempt;
  if (until === undefined && step.node.plan.kind === "wait") state.ready.push(step);
  else openPause(state, step, until ?? Number.POSITIVE_INFINITY);
}

/** The run that plays it goes on, whatever happened to this one. */
function followChild(state: RunState, step: Step, { attempt, child, begunAt }: PastAttempt): void {
  step.attempt = attempt;
  step.child = child!;
  step.begunAt = begunAt;
  state.ready.push(step);
}

/** The pause has been written down: from now on it waits until `until`, or for a decision. */
export function openPause(state: RunState, step: Step, until: number): void {
  step.until = until;
  if (step.node.plan.kind !== "wait") state.open.set(step.key, step);
  // A clock that was set back does not end it early.
  if (until !== Number.POSITIVE_INFINITY) delay(state, step, until, 0);
}

export function delay(state: RunState, step: Step, at: number, since: number): void {
  state.delayed.splice(indexFor(state.delayed, at), 0, { at, since, step });
}

/** Why a checkpoint that was asked leaves a gap. */
export const NOT_IN_TIME = "not decided in time";

/** What an interruption is marked with when the attempt had been written down and was not played. */
export const NEVER_BEGUN = "never-begun";

/** Must this step not happen twice? */
export function isAtMostOnce({ node: { plan }, rebuilding }: Step): boolean {
  return rebuilding === undefined && "retry" in plan && plan.retry === "never";
}

/** The step is over; with nothing as its result it counts as skipped. */
export function endStep(step: Step, result: { readonly value: unknown } | undefined): void {
  const state = step.scope.run;
  state.steps.delete(step.key);
  if (step.until !== undefined) closePause(state, step);
  if (step.node.heldBy !== undefined) step.scope.noteAttempt(step.node.index, step.attempt + 1);
  if (step.budget) return takeBudgetDecision(state, step, result?.value);
  if (step.loop) return takeState(step.loop, result?.value);
  if (step.artifact) return takePart(step, result?.value);
  if (step.scope.isDead()) return;
  if (!result) noteGap(state, step.key);
  settle(step.scope, step.node, result);
}

/** Decided, or over: neither its time nor anybody's answer is waited for. */
export function closePause(state: RunState, step: Step): void {
  state.open.delete(step.key);
  const index = state.delayed.findIndex((other) => other.step === step);
  if (index >= 0) state.delayed.splice(index, 1);
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
