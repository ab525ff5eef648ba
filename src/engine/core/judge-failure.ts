import type { PlanNode, Retry } from "../../plan/index.ts";
import { backoffMs } from "./backoff.ts";
import { type Choice, chooseWay, type Way } from "./choose-way.ts";
import { ABSENT } from "./evaluate.ts";
import type { GraphNode } from "./graph.ts";
import type { Scope } from "./scope.ts";
import type { RunState, Step, StepError } from "./state.ts";

/** What becomes of what has failed; with the choice, where one was made. */
export type Verdict =
  | { readonly is: "retry"; readonly at: number; readonly choice?: Choice }
  | { readonly is: "fallback" | "reconstruct" | "skip" | "fail"; readonly choice?: Choice };

/** A failed attempt of a step. */
export interface FailedAttempt {
  readonly error: StepError;
  readonly at: number;
  /** How many attempts have failed, this one among them. */
  readonly failures: number;
  /** What was chosen when it failed, when that is known from the journal. */
  readonly choice?: Choice | undefined;
}

const FAIL: Verdict = { is: "fail" };

/** Decides about a step whose attempt has failed: as its node's policy says, or as was chosen before a crash. */
export function judgeAttempt(state: RunState, step: Step, failed: FailedAttempt): Verdict {
  const { node, scope, key } = step;
  // The state of a loop and the value of an artifact are looked at once: what is wrong with them stays so.
  const isChecked = step.loop !== undefined || (step.artifact && node.plan.kind === "artifact");
  if (isChecked || scope.isDead()) return FAIL;
  const retry = step.rebuilding ? undefined : retryOf(node.plan);
  const may = retry !== undefined && mayTryAgain(retry, failed.error);
  const waitMs = () => waitMsOf(retry!, `${state.id}/${key}`, failed);
  if (may && failed.failures < retry.attempts) return { is: "retry", at: failed.at + waitMs() };
  // One more was chosen before: it is the one that is waited for now.
  const isLast = !may || (step.isGranted === true && failed.choice?.way !== "retry");
  return judgeNode(scope, node, {
    at: failed.at,
    attempts: failed.failures,
    spentMs: step.spentMs ?? 0,
    waitMs: isLast ? undefined : waitMs(),
    isRebuilt: step.rebuilding !== undefined,
    choice: failed.choice,
  });
}

/** What the node says, or what was asked for where that is longer. */
function waitMsOf(retry: Retry, step: string, { failures, error }: FailedAttempt): number {
  const asked = error.retryAfterMs ?? 0;
  const granted = retry.isBackoffCapped ? Math.min(asked, retry.maxBackoffMs) : asked;
  return Math.max(backoffMs(retry, step, failures), granted);
}

interface About {
  readonly at: number;
  readonly attempts: number;
  readonly spentMs: number;
  /** How long one more attempt would have to wait; `undefined` when there can be none. */
  readonly waitMs?: number | undefined;
  /** It was built from another output, and that is what failed. */
  readonly isRebuilt: boolean;
  readonly choice?: Choice | undefined;
}

/** Decides about a node that has failed for good. */
export function judgeNode(scope: Scope, node: GraphNode, about: About): Verdict {
  const { ways } = node;
  const { at, waitMs } = about;
  const canStandIn = () => node.spare?.(scope) !== ABSENT && standInMayCome(scope, node);
  const canRebuild = () => !about.isRebuilt && sourceOf(scope, node) !== undefined;
  if (!ways.isChosen) {
    if (ways.skip) return { is: "skip" };
    if (ways.fallback) return canStandIn() ? { is: "fallback" } : FAIL;
    return ways.reconstruct && canRebuild() ? { is: "reconstruct" } : FAIL;
  }
  const there = new Set<Way>();
  if (waitMs !== undefined) there.add("retry");
  if (ways.fallback && canStandIn()) there.add("fallback");
  if (ways.reconstruct && canRebuild()) there.add("reconstruct");
  if (ways.skip) there.add("skip");
  const choice = about.choice ?? chooseWay(toSituation(scope.run, node.plan, { ...about, there }));
  return choice.way === "retry"
    ? { is: "retry", at: at + (waitMs ?? 0), choice }
    : { is: choice.way, choice };
}

function toSituation(
  { plan, deadline }: RunState,
  node: PlanNode,
  { at, attempts, spentMs, waitMs = 0, there }: About & { readonly there: ReadonlySet<Way> },
) {
  const importance = ("importance" in node ? node.importance : undefined) ?? "normal";
  const leftMs = deadline === undefined ? undefined : Math.max(0, deadline - at);
  return { importance, risk: plan.risk ?? "normal", ways: there, attempts, spentMs, waitMs, leftMs } as const;
}

function retryOf(plan: PlanNode): Retry | undefined {
  return "retry" in plan && plan.retry !== "never" ? plan.retry : undefined;
}

/** What would fail again in the same way is tried again only when it is listed and the input is another one then. */
function mayTryAgain({ on, vary }: Retry, { code, name, isFinal }: StepError): boolean {
  const isListed =
    (code !== undefined && on?.includes(code) === true) ||
    (name !== undefined && on?.includes(name) === true);
  return isFinal ? isListed && vary !== undefined : on === undefined || isListed;
}

/** A stand-in that was skipped stands in for nobody. */
function standInMayCome(scope: Scope, { standIn }: GraphNode): boolean {
  return standIn === undefined || !scope.isSettled(standIn) || scope.isDone(standIn);
}

/** The output that a failed node is built from, when the run has it: given, taken over, or already there. */
export function sourceOf(scope: Scope, { rebuiltFrom }: GraphNode): { readonly value: unknown } | undefined {
  if (rebuiltFrom === undefined) return undefined;
  const { run } = scope;
  const from = scope.graph.nodes[rebuiltFrom]!;
  const key = scope.keyOf(from);
  // What is not kept, or may be made anew, may be there now and not after a crash: no ground to build on.
  if ((isComputed(from.plan) || from.heldBy !== undefined) && !run.given.has(key)) return undefined;
  if (scope.isDone(rebuiltFrom)) return { value: scope.values[rebuiltFrom] };
  const last = run.past.get(key)?.at(-1);
  return last?.status === "completed" ? { value: last.value } : undefined;
}

/** Is its output put together again after a crash, rather than read from the journal? */
function isComputed({ kind }: PlanNode): boolean {
  return (
    kind === "map" ||
    kind === "branch" ||
    kind === "switchOn" ||
    kind === "text" ||
    kind === "oneOf" ||
    kind === "derive"
  );
}
