import { callStandIn, failItem, settle } from "./advance.ts";
import { failPart } from "./artifact.ts";
import { takeBudgetDecision } from "./budget.ts";
import type { Choice } from "./choose-way.ts";
import type { GraphNode } from "./graph.ts";
import { judgeAttempt, judgeNode, sourceOf, type Verdict } from "./judge-failure.ts";
import { failTurn } from "./loop.ts";
import { closePause, delay, isAtMostOnce } from "./reach-step.ts";
import type { Scope } from "./scope.ts";
import type { RunState, Step, StepError } from "./state.ts";
import { vary } from "./vary.ts";

/**
 * An attempt has failed: try again later, or let happen what becomes of the node. `step` counts it already.
 * @param known what was decided about it before, or in an earlier process
 */
export function afterFailure(
  state: RunState,
  step: Step,
  error: StepError,
  known: { readonly endedAt: number | undefined; readonly verdict?: Verdict; readonly choice?: Choice },
): void {
  const at = known.endedAt ?? state.now;
  const { failures } = step;
  const verdict = known.verdict ?? judgeAttempt(state, step, { error, at, failures, choice: known.choice });
  if (verdict.is === "retry") {
    if (verdict.choice) step.isGranted = true;
    if (step.node.vary) vary(step);
    return delay(state, step, verdict.at, at);
  }
  state.steps.delete(step.key);
  if (step.until !== undefined) closePause(state, step);
  if (step.node.heldBy !== undefined) step.scope.noteAttempt(step.node.index, step.attempt);
  if (step.loop) return failTurn(step.loop, undefined, error);
  if (step.artifact) return failPart(step, error);
  if (step.budget) return takeBudgetDecision(state, step, { again: true });
  if (step.scope.isDead()) return;
  enact(step.scope, step.node, verdict, step.rebuilding ? bothOf(step, error) : error, step);
}

/**
 * The process that played an attempt ended. Where nothing else can have ended it, that is a failure as any other; else it
 * is played again. What must not happen twice is asked about.
 */
export function afterInterruption(
  state: RunState,
  step: Step,
  {
    error,
    at,
    verdict,
  }: { readonly error: StepError; readonly at: number; readonly verdict?: Verdict | undefined },
): void {
  step.attempt++;
  if (isAtMostOnce(step) && !step.scope.isDead()) {
    state.asking.push(step.key);
    return;
  }
  if (!error.isCounted) {
    state.ready.push(step);
    return;
  }
  if (!step.rebuilding) step.failures++;
  afterFailure(state, step, error, { endedAt: at, ...(verdict ? { verdict } : {}) });
}

/** Why it failed, and why it could not be rebuilt. */
function bothOf({ node, scope, rebuilding }: Step, { message }: StepError): StepError {
  const { error } = rebuilding!;
  const from = scope.graph.nodes[node.rebuiltFrom!]!.name;
  return { ...error, message: `${error.message}; building it from "${from}" failed: ${message}` };
}

/** A map, a loop, an artifact or a derive has failed: what becomes of it is decided here, and written down. */
export function failStep(scope: Scope, node: GraphNode, error: StepError): void {
  const { run } = scope;
  const key = scope.keyOf(node);
  const { kind } = node.plan;
  const past = run.past.get(key);
  const choice = past?.findLast((attempt) => attempt.choice && !attempt.isRebuilding)?.choice;
  const about = { at: run.now, attempts: 1, spentMs: 0, isRebuilt: false, choice };
  const verdict = judgeNode(scope, node, about);
  const chosen = verdict.choice ? { choice: verdict.choice } : {};
  if (verdict.is === "skip")
    run.notes.push({ key, kind, status: "skipped", error, info: { reason: "failed", gap: true, ...chosen } });
  else if (!node.hidden)
    run.notes.push({ key, kind, status: "failed", error, ...(verdict.choice ? { info: chosen } : {}) });
  enact(scope, node, verdict, error);
}

/** Lets happen what was decided about a node that has failed for good. */
function enact(scope: Scope, node: GraphNode, { is }: Verdict, error: StepError, step?: Step): void {
  switch (is) {
    case "skip":
      noteGap(scope.run, scope.keyOf(node));
      return settle(scope, node, undefined);
    case "fallback":
      if (node.standIn !== undefined) return callStandIn(scope, node, error);
      return settle(scope, node, { value: (node.spare!(scope) as unknown) ?? null });
    case "reconstruct":
      return rebuild(scope, node, error, step);
    case "retry":
    case "fail":
      return failForGood(scope, node, error);
    default:
      return is satisfies never;
  }
}

/** A step that failed is left out: somebody may want to look at that. */
export function noteGap(state: RunState, key: string): void {
  if (state.gaps) state.gaps.push(key);
  else state.gaps = [key];
}

/**
 * The next attempt builds the output of a node that failed from that of another one. What the journal holds of such an
 * attempt counts.
 */
export function rebuild(scope: Scope, node: GraphNode, error: StepError, failed?: Step): void {
  const { run } = scope;
  const key = scope.keyOf(node);
  const source = sourceOf(scope, node);
  if (!source) {
    run.steps.delete(key);
    return failForGood(scope, node, error);
  }
  // Of a map, a loop or an artifact: its own row is the first attempt.
  const last = failed ? undefined : run.past.get(key)?.at(-1);
  if (last?.isRebuilding && last.status === "completed") return settle(scope, node, { value: last.value });
  const attempt = Math.max(1, last?.attempt ?? 1) + 1;
  const step: Step = failed ?? { key, scope, node, input: undefined, attempt, failures: 1, isBegun: false };
  delete step.until;
  delete step.varied;
  step.rebuilding = { error };
  step.input = source.value;
  run.steps.set(key, step);
  if (last?.isRebuilding && last.status === "failed") return afterFailure(run, step, last.error!, last);
  run.ready.push(step);
}

/** Nothing stands in: the failure is that of what the node is part of. */
export function failForGood(scope: Scope, node: GraphNode, error: StepError): void {
  const { owner } = scope;
  if (!owner) scope.run.failure ??= { step: scope.keyOf(node), error };
  else if ("turns" in owner) failTurn(owner, scope, error);
  else failItem(owner, scope, error);
}
