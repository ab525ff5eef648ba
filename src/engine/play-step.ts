import type { TaskNode } from "../plan/index.ts";
import type { Keeping } from "../store/store.ts";
import type { AttemptCall } from "./call.ts";
import { computeElsewhere } from "./compute.ts";
import type { Ticket } from "./core/admission.ts";
import { apply, handBack, type StepEvent } from "./core/core.ts";
import { judgeAttempt, type Verdict } from "./core/judge-failure.ts";
import { isAtMostOnce, isComputed, isPause, NEVER_BEGUN } from "./core/reach-step.ts";
import type { Step, StepError } from "./core/state.ts";
import { parkStep } from "./park-step.ts";
import { type Performed, perform } from "./perform.ts";
import { type Performance, runningRow, toJsonText } from "./performance.ts";
import { playCached } from "./play-cached.ts";
import { playLimited } from "./play-limited.ts";
import { playPause } from "./play-pause.ts";
import { playScore } from "./play-score.ts";
import { noteScore } from "./routing-of.ts";
import type { Told } from "./run-event.ts";
import { againAt, decidedBy, type StepInfo } from "./step-info.ts";
import { takeMoves } from "./take-moves.ts";

/** Plays each of `steps`, all at once. */
export function playSteps(run: Performance, steps: readonly Step[]): void {
  if (run.stepping) return run.stepping.hold(steps);
  for (const step of steps) void playStep(run, step);
}

/** E1: `steps` may read any result that was applied, so they wait until all of them are durable. */
export function playWhenDurable(run: Performance, steps: readonly Step[]): void {
  if (run.unwritten === undefined || steps.length === 0) return playSteps(run, steps);
  run.unwritten.then(
    () => playSteps(run, steps),
    // Whoever recorded it crashes the run.
    () => {},
  );
}

/** What a step has got before it begins. */
export interface Given {
  /** What it shares with others. */
  readonly holds?: Ticket<number>;
  /** No other run's result can be taken. */
  readonly isCacheAsked?: boolean;
  /** Under what its result is kept for others. */
  readonly key?: string;
}
const NOTHING: Given = {};

/**
 * Plays one attempt: begin → perform → record → apply → play what that makes possible.
 * Never throws: author code that fails is an outcome, a store that fails crashes the run.
 */
export async function playStep(run: Performance, step: Step, given = NOTHING): Promise<void> {
  const { holds } = given;
  // E5: a stop that was acknowledged, or a failure, also holds for a step that was waiting for a commit.
  if (run.isStopping || run.state.failure) {
    if (holds) run.shared.steps.giveBack(holds);
    return holdBack(run, step);
  }
  if (isComputed(step)) return computeElsewhere(run, step);
  if (step.node.isCached && !step.rebuilding && !given.isCacheAsked) return playCached(run, step);
  if (step.node.needs && !holds) return playLimited(run, step, given);
  if (isPause(step)) return playPause(run, step);
  if (step.node.plan.kind === "score" && !step.rebuilding) return playScore(run, step, holds);
  const call = run.begin(step, holds);
  call.key = given.key;
  try {
    if (isAtMostOnce(step)) {
      await noteFirst(run, call);
      if (run.isStopping || run.state.failure) return neverBegun(run, call);
    }
    if (run.isHeard)
      run.tell({ type: "step.started", step: step.key, kind: step.node.plan.kind, attempt: call.attempt });
    let performed = perform(call, run);
    if (performed instanceof Promise) performed = await performed;
    run.finish(call);
    // E2: the run was cancelled, and has ended without it.
    if (run.ending) return;
    const isOfNoUse = run.isAborting || (run.state.failure !== undefined && !run.isStopping);
    if (isOfNoUse && "error" in performed) giveUp(run, call, performed);
    else if ("breach" in performed) await parkStep(run, call, performed);
    else await record(run, call, performed);
  } catch (error) {
    run.finish(call);
    run.crash ??= { error };
    run.wake();
  }
}

/** E3: what must not happen twice is written down before it happens. */
function noteFirst(run: Performance, call: AttemptCall): Promise<void> {
  call.isNoted = true;
  return run.journal.recordStep(runningRow(run.state.id, call));
}

/**
 * E1: nothing that depends on a result starts before the result is durable. It is applied at once, so that the run's
 * end can ride in the same transaction; the steps it makes possible wait for the commit. Commits are in order, so they
 * wait for everything else they read as well.
 */
export async function record(run: Performance, call: AttemptCall, performed: Performed): Promise<void> {
  const { state } = run;
  const { step, attempt, startedAt } = call;
  const { key } = step;
  const { kind } = step.node.plan;
  const endedAt = Math.max(run.clock.now(), startedAt);
  const isOk = "json" in performed;
  const verdict = isOk ? undefined : judge(run, step, { ...performed, endedAt, startedAt });
  const info = verdict ? withDecided(call.info, verdict, endedAt) : call.info;
  const row = {
    runId: state.id,
    key,
    attempt,
    kind,
    status: isOk
      ? ("completed" as const)
      : performed.isInterrupted
        ? ("interrupted" as const)
        : ("failed" as const),
    output: isOk ? performed.json : null,
    error: isOk ? null : toJsonText(performed.error),
    info: info === undefined ? null : toJsonText(info),
    startedAt,
    endedAt,
  };
  const durable =
    isOk && call.key !== undefined
      ? run.journal.recordStep(row, toKeeping(run, step, call.key))
      : run.journal.recordStep(row);
  const event: StepEvent = isOk
    ? { is: "completed", key, attempt, value: performed.value }
    : {
        is: performed.isInterrupted ? "interrupted" : "failed",
        key,
        attempt,
        error: performed.error,
        at: endedAt,
        ...(verdict ? { verdict } : {}),
      };
  if (isOk) run.learner?.passed(step, attempt, (info ?? {}) as StepInfo);
  else if (!performed.isInterrupted) run.learns.failed(step, attempt, performed.error);
  // E2: a result of an attempt that is over already changes nothing.
  const counted = apply(state, event);
  if (counted) run.unwritten = durable;
  if (step.artifact && "value" in performed) noteScore(run, step, performed.value);
  if (counted) run.stepping?.bring(step, performed);
  // Told when it is durable: first the result, then what follows from it, then the run's end, which is asked for later.
  const result =
    counted && run.isHeard
      ? toTold(run, call, { performed, verdict, durationMs: endedAt - startedAt })
      : undefined;
  const tales = result && [result];
  const told = tales ? tellWhen(durable, run, tales) : durable;
  const next = !counted ? NO_STEPS : tales ? movesTold(run, tales) : takeMoves(run);
  await told;
  if (run.unwritten === durable) run.unwritten = undefined;
  playSteps(run, next);
  if (run.ending || run.isStopping) run.wake();
}

const NO_STEPS: readonly Step[] = [];

// Functions of their own: where a function makes closures, all that it shares with them is slower, heard or not.
function tellWhen(durable: Promise<void>, run: Performance, tales: readonly Told[]): Promise<void> {
  return durable.then(() => run.tellAll(tales));
}

/** The next moves; what they tell comes after what there is to tell already. */
function movesTold(run: Performance, tales: Told[]): readonly Step[] {
  return run.collectTold(tales, () => takeMoves(run));
}

function toKeeping({ state }: Performance, { node }: Step, key: string): Keeping {
  const { ttlMs } = (node.plan as TaskNode).cache!;
  return { key, score: state.plan.score, node: node.path, ttlMs };
}

/** What becomes of a failed attempt is decided before it is written down, so that both are there or neither is. */
function judge({ state }: Performance, step: Step, failed: Failed): Verdict | undefined {
  const { error, isInterrupted, endedAt, startedAt } = failed;
  const { node, rebuilding } = step;
  // Its process ended, and nobody says that it was the reason.
  if (isInterrupted && (!error.isCounted || isAtMostOnce(step))) return undefined;
  if (node.ways.isChosen) step.spentMs = (step.spentMs ?? 0) + endedAt - startedAt;
  return judgeAttempt(state, step, { error, at: endedAt, failures: step.failures + (rebuilding ? 0 : 1) });
}

interface Failed {
  readonly error: StepError;
  readonly isInterrupted?: true;
  readonly endedAt: number;
  readonly startedAt: number;
}

function withDecided(info: object | undefined, verdict: Verdict, endedAt: number): object | undefined {
  const [decided, again] = [decidedBy(verdict), againAt(verdict, endedAt)];
  return decided || again ? { ...info, ...decided, ...again } : info;
}

interface Ended {
  readonly performed: Performed;
  readonly verdict: Verdict | undefined;
  readonly durationMs: number;
}

function toTold(run: Performance, { step, attempt, info, cost }: AttemptCall, ended: Ended): Told {
  const { performed, verdict, durationMs } = ended;
  const { key, node } = step;
  const { reconstructed, cached } = (info ?? {}) as StepInfo;
  const spent = cost === undefined ? {} : { cost };
  const said = { step: key, kind: node.plan.kind, attempt, durationMs, ...spent };
  if ("json" in performed)
    return {
      type: "step.completed",
      ...said,
      ...(reconstructed ? { reconstructed } : {}),
      ...(cached ? { cached } : {}),
    };
  const isAgain = performed.isInterrupted && !performed.error.isCounted && !isAtMostOnce(step);
  const retry = isAgain ? { at: run.clock.now() } : run.state.delayed.find((other) => other.step === step);
  return {
    type: "step.failed",
    ...said,
    error: performed.error,
    ...(retry ? { retryAt: retry.at } : {}),
    ...(step.rebuilding && !reconstructed ? { rebuilds: true } : {}),
    ...(verdict && decidedBy(verdict)),
  };
}

/** Written down, and then stopped before it was played: it did not happen, so nobody has to be asked. */
function neverBegun(run: Performance, call: AttemptCall): void {
  run.finish(call);
  run.journal.noteStep({
    ...runningRow(run.state.id, call),
    status: "interrupted",
    error: toJsonText({ message: "stopped before it began", code: NEVER_BEGUN }),
    endedAt: Math.max(run.clock.now(), call.startedAt),
  });
  call.step.attempt++;
  holdBack(run, call.step);
}

/** The attempt was told to end and did: that is no failure of its own. One that must not happen twice stays noted as begun. */
function giveUp(
  run: Performance,
  call: AttemptCall,
  { error }: Extract<Performed, { error: unknown }>,
): void {
  const { step, attempt, startedAt, isNoted } = call;
  const isWorthKnowing = isNoted || run.halt?.is === "cancel";
  if (isWorthKnowing && !isAtMostOnce(step)) {
    run.journal.noteStep({
      ...runningRow(run.state.id, call),
      attempt,
      status: "interrupted",
      error: toJsonText({ message: `stopped: ${error.message}` }),
      endedAt: Math.max(run.clock.now(), startedAt),
    });
  }
  release(run);
}

/** A step that did not begin: it has its turn when a pause is taken back. */
export function holdBack(run: Performance, step: Step): void {
  handBack(run.state, step);
  playWhenDurable(run, takeMoves(run));
  run.wake();
}

/** A step that brings no result is no longer under way. */
export function release(run: Performance): void {
  run.state.inFlight--;
  playWhenDurable(run, takeMoves(run));
  run.wake();
}
