import { MaestroError } from "../diagnostics/index.ts";
import { BUDGET_QUESTION, type CheckpointNode, toBudgetDecision, type WaitNode } from "../plan/index.ts";
import { checked, outputRefused } from "../players/checked.ts";
import type { Understudy } from "../players/understudies/understudy.ts";
import type { AttemptCall } from "./call.ts";
import { apply, nameOf } from "./core/core.ts";
import { NOT_IN_TIME } from "./core/reach-step.ts";
import type { Step, StepError } from "./core/state.ts";
import { type Performed, toPerformed, toStepError } from "./perform.ts";
import { type Performance, runningRow, toJsonText } from "./performance.ts";
import { playSteps, playWhenDurable, record } from "./play-step.ts";
import type { Told } from "./run-event.ts";
import { takeMoves } from "./take-moves.ts";

/** What a person says at a checkpoint; checked against its schema by whoever asks. */
export interface Decision {
  readonly value: unknown;
  /** Who decided. */
  readonly by?: string | undefined;
}

/** Opens a wait or a checkpoint, or ends one whose time has come. Never throws: a store that fails crashes the run. */
export async function playPause(run: Performance, step: Step): Promise<void> {
  const call = run.begin(step);
  try {
    if (step.until === undefined) await open(run, call);
    else await endInTime(run, call);
  } catch (error) {
    run.finish(call);
    run.crash ??= { error };
    run.wake();
  }
}

/** Written down before anything waits for it: a restart goes on waiting for the same instant. */
async function open(run: Performance, call: AttemptCall): Promise<void> {
  const { step } = call;
  const plan = step.node.plan as WaitNode | CheckpointNode;
  const until = dueAt(plan, step.input, run.clock.now());
  if (typeof until !== "number") {
    run.finish(call);
    return record(run, call, { error: toStepError(until) });
  }
  call.isNoted = true;
  const info = { ...(until === Number.POSITIVE_INFINITY ? {} : { until }), ...askedIn(plan, step.input) };
  await run.journal.recordStep({ ...runningRow(run.state.id, call), info: JSON.stringify(info) });
  const decision = run.source && (await knownDecision(run, step));
  run.finish(call);
  if (decision && "error" in decision) return record(run, call, decision);
  apply(run.state, { is: "opened", key: step.key, attempt: call.attempt, until });
  const ends = until === Number.POSITIVE_INFINITY ? {} : { until };
  run.tell({ type: "step.waiting", step: nameOf(step), kind: plan.kind, ...ends });
  // Before anybody sees that the run can only wait.
  if (decision) return void (await decide(run, step.key, decision));
  playWhenDurable(run, takeMoves(run));
  run.wake();
}

/** A decision that was recorded, or scripted, stands for the person's; without one the checkpoint waits. */
async function knownDecision(
  run: Performance,
  step: Step,
): Promise<Decision | { readonly error: StepError } | undefined> {
  const plan = step.node.plan as WaitNode | CheckpointNode;
  if (!run.source || plan.kind !== "checkpoint" || plan === BUDGET_QUESTION) return undefined;
  let understudy: Understudy;
  try {
    understudy = await run.source.open();
  } catch (error) {
    return { error: toStepError(error) };
  }
  const decision = understudy.decision?.(step.key);
  if (!decision) return undefined;
  const fits = (await run.playable.code.checks[plan.code]?.(decision.value)) ?? decision;
  if ("value" in fits) return { value: fits.value, by: understudy.is };
  run.log(step.key, `the decision of the ${understudy.is} does not fit`, fits.problems);
  return undefined;
}

function askedIn(plan: WaitNode | CheckpointNode, input: unknown): object {
  if (plan.kind === "wait") return {};
  const { title, show } = input as { readonly title: unknown; readonly show?: unknown };
  return {
    title,
    // What cannot be kept must not take the question and its time with it.
    ...(show === undefined ? {} : { show: JSON.parse(toJsonText(show)) }),
    ...(plan.assignee === undefined ? {} : { assignee: plan.assignee }),
  };
}

/** When it is over by itself: Unix ms, `Infinity` for never, or why that cannot be said. */
function dueAt(
  plan: WaitNode | CheckpointNode,
  input: unknown,
  now: number,
): number | MaestroError<"MR3023"> {
  if (plan === BUDGET_QUESTION)
    return (input as { readonly until?: number }).until ?? Number.POSITIVE_INFINITY;
  if (plan.kind === "checkpoint")
    return plan.timeoutMs === undefined ? Number.POSITIVE_INFINITY : now + plan.timeoutMs;
  if (plan.forMs !== undefined) return now + plan.forMs;
  const { until } = input as { readonly until?: unknown };
  const at = typeof until === "string" ? Date.parse(until) : Number.NaN;
  return Number.isNaN(at) ? new MaestroError("MR3023", { found: JSON.stringify(until) ?? "nothing" }) : at;
}

/** A wait is over; a checkpoint was not decided in time. */
async function endInTime(run: Performance, call: AttemptCall): Promise<void> {
  const { step } = call;
  const plan = step.node.plan as WaitNode | CheckpointNode;
  const performed =
    plan.kind === "checkpoint" && typeof plan.onTimeout === "object"
      ? await decidedInTime(run, call, { code: plan.code, value: plan.onTimeout.decide })
      : undefined;
  run.finish(call);
  // E2: the run was cancelled, and has ended without it.
  if (run.ending) return;
  if (performed) return record(run, call, performed);
  if (plan.kind === "wait") return record(run, call, toPerformed(new Date(step.until!).toISOString()));
  const { onTimeout = "reject" } = plan;
  if (onTimeout === "reject")
    return record(run, call, { error: toStepError(new MaestroError("MR3022", {})) });
  return leaveGap(run, call);
}

/** As its schema gives it back, like a person's. One who decides meanwhile has decided: E2. */
async function decidedInTime(
  run: Performance,
  call: AttemptCall,
  { code, value }: { readonly code: number; readonly value: unknown },
): Promise<Performed> {
  // Its row stays as it is: it has the question.
  call.isNoted = true;
  call.info = { by: "timeout" };
  const check = run.playable.code.checks[code];
  if (!check) return toPerformed(value);
  try {
    return toPerformed(await checked(check, value, outputRefused));
  } catch (error) {
    return { error: toStepError(error) };
  }
}

/** Nobody can decide it any more: a result like another, so E1 holds for it. */
async function leaveGap(run: Performance, call: AttemptCall): Promise<void> {
  const { key, node } = call.step;
  const durable = run.journal.recordStep({
    ...runningRow(run.state.id, call),
    status: "skipped",
    info: toJsonText({ reason: NOT_IN_TIME, gap: true }),
    endedAt: Math.max(run.clock.now(), call.startedAt),
  });
  apply(run.state, { is: "skipped", key, attempt: call.attempt });
  run.unwritten = durable;
  const following: Told[] = [];
  const next = run.collectTold(following, () => takeMoves(run));
  await durable;
  if (run.unwritten === durable) run.unwritten = undefined;
  const left = { step: nameOf(call.step), kind: node.plan.kind, reason: NOT_IN_TIME, gap: true } as const;
  run.tell({ type: "step.skipped", ...left });
  run.tellAll(following);
  playSteps(run, next);
  if (run.ending || run.isStopping) run.wake();
}

/** Decides an open checkpoint of a run that is being played. It counts once: E2. */
export async function decide(run: Performance, key: string, { value, by }: Decision): Promise<boolean> {
  const isAboutMoney = run.state.open.get(key)?.budget !== undefined;
  const treasury = isAboutMoney ? await run.shared.treasury() : undefined;
  const step = run.state.open.get(key);
  const isHalted = run.isStopping && run.halt?.is !== "pause";
  if (!step || step.isHeldBack || isHalted || run.isAborting || run.ending || run.state.failure) return false;
  // From now on it is decided, whoever asks next.
  run.state.open.delete(key);
  const call = run.begin(step);
  run.finish(call);
  call.info = { ...(by === undefined ? {} : { by }) };
  const decided = toBudgetDecision(value);
  // Written with the decision.
  if (step.budget && decided.is === "raise") treasury!.raise(step.budget.scope, decided.microUsd, by ?? "");
  await record(run, call, toPerformed(value));
  return true;
}
