import { MaestroError } from "../diagnostics/index.ts";
import type { Checked, ScoreNode } from "../plan/index.ts";
import { newId } from "../support/ids.ts";
import { askedBy } from "./asked-by.ts";
import type { Paying } from "./budget/paying.ts";
import type { AttemptCall } from "./call.ts";
import { Admission, fairly, type Ticket } from "./core/admission.ts";
import { apply } from "./core/core.ts";
import type { Step } from "./core/state.ts";
import type { CancelledEnds } from "./end-cancelled.ts";
import type { InnerPlay } from "./engine.ts";
import { joinHalt } from "./halt.ts";
import { toPerformed, toStepError } from "./perform.ts";
import { type Performance, type Playable, runningRow, type Shared, toJsonText } from "./performance.ts";
import { Flights } from "./play-cached.ts";
import { holdBack, playWhenDurable, record, release } from "./play-step.ts";
import type { Source } from "./source.ts";
import { type Ending, takeMoves } from "./take-moves.ts";

/** Begins and resumes the runs that other runs play. */
export interface Children {
  startChild(child: {
    readonly id: string;
    readonly playable: Playable;
    readonly input: unknown;
    /** The run that plays it and the step: `run_…/sent`. */
    readonly parent: string;
    readonly from: Outer;
  }): Promise<InnerPlay>;
  /** The ending of one that has ended, or the play of one that goes on; `undefined` when it was never begun. */
  resumeChild(id: string, playable: Playable, from: Outer): Promise<InnerPlay | Ending | undefined>;
  /**
   * Ends runs that a step has played and nobody needs any more, and those they play: what has to be written for that is
   * given to `write`. Whoever goes on with one of them by itself is told to stop before; nobody decides or answers
   * anything of them meanwhile.
   * @param of `why`: kept with each of them
   */
  endInside(
    ids: readonly string[],
    of: {
      readonly why: { readonly cancelled: string };
      readonly write: (ends: CancelledEnds) => Promise<void>;
    },
  ): Promise<void>;
}

/** What a run has from the one that plays it. */
export interface Outer {
  /** The scores whose runs it is part of, the outermost first. */
  readonly above: readonly string[];
  /** What its steps share with others: what the step that plays it holds, if it holds anything. */
  readonly shared: Shared;
  readonly paying: Paying;
  readonly priority: number;
  readonly isFresh: boolean;
  /** What answers in place of those outside. */
  readonly source: Source | undefined;
  /** What is dark for other runs, and not for these. */
  readonly flags: readonly string[];
}

/** Plays another score as a run of its own. Never throws: a store that fails crashes the run. */
export async function playScore(run: Performance, step: Step, holds?: Ticket<number>): Promise<void> {
  const call = run.begin(step, holds);
  try {
    const began = await begin(run, call);
    if (began === "held back") {
      run.finish(call);
      return holdBack(run, step);
    }
    if ("refused" in began) {
      run.finish(call);
      return await record(run, call, { error: began.refused });
    }
    const ending = "ending" in began ? await endingOf(began, call, run) : began;
    run.finish(call);
    // E2: the run was cancelled, and has ended without it.
    if (run.ending) return;
    await follow(run, call, ending);
  } catch (error) {
    run.finish(call);
    run.crash ??= { error };
    run.wake();
  }
}

type Refused = { readonly refused: ReturnType<typeof toStepError> };

/** The run is named before it begins: a restart goes on with that one. */
async function begin(
  run: Performance,
  call: AttemptCall,
): Promise<InnerPlay | Ending | Refused | "held back"> {
  const { step } = call;
  const node = step.node.plan as ScoreNode;
  const above = [...run.state.above, run.state.plan.score];
  const playable = run.playable.scores.get(node.score)!;
  const { paying, priority, source, flags } = run;
  const isFresh = run.isPlayedAnew(step.key);
  const from: Outer = { above, shared: sharedOf(run, call), paying, priority, isFresh, source, flags };
  const depth = above.filter((score) => score === node.score).length;
  if (depth > (node.maxDepth ?? 0))
    return {
      refused: toStepError(new MaestroError("MR3026", { score: node.score, depth: node.maxDepth ?? 0 })),
    };
  if (step.child !== undefined) {
    const known = await run.children.resumeChild(step.child, playable, from);
    if (known) return known;
  }
  const input = await checkedInput(playable, step.input);
  if ("refused" in input) return input;
  if (step.child === undefined) {
    step.child = newId("run");
    step.begunAt = call.startedAt;
  }
  const id = step.child;
  call.isNoted = true;
  call.info = { ...call.info, run: id };
  await run.journal.recordStep({ ...runningRow(run.state.id, call), info: toJsonText(call.info) });
  // E5: it was stopped, paused or cancelled meanwhile.
  if (run.isStopping) return "held back";
  if (run.isHeard)
    run.tell({ type: "step.started", step: step.key, kind: "score", attempt: call.attempt, plays: id });
  const parent = `${run.state.id}/${step.key}`;
  return run.children.startChild({ id, playable, input: input.value, parent, from });
}

/**
 * What the step holds is for the steps that it plays, and all that they can need. None of them waits for a result of
 * another run, which may wait for what is held here.
 */
function sharedOf({ shared }: Performance, { holds }: AttemptCall): Shared {
  return holds ? { ...shared, steps: new Admission(fairly, holds.needs), flights: new Flights() } : shared;
}

async function checkedInput(
  { code }: Playable,
  input: unknown,
): Promise<{ readonly value: unknown } | Refused> {
  let checked: Checked;
  try {
    checked = (await code.checkInput?.(input)) ?? { value: input };
  } catch (error) {
    // A schema's own check answers with data, whatever happens; one in another process can lose that.
    return { refused: toStepError(error) };
  }
  if ("problems" in checked)
    return { refused: toStepError(new MaestroError("MR3003", { problems: checked.problems })) };
  const made = toPerformed(checked.value);
  return "error" in made ? { refused: made.error } : { value: made.value };
}

/** Stops the run when this step is told to end, or has taken too long. */
async function endingOf(began: InnerPlay, call: AttemptCall, run: Performance): Promise<Ending> {
  const { halt, inner } = run;
  inner.add(began.performance);
  if (halt) joinHalt(began.performance, halt, call.signal.reason);
  const cancel = endInTime(call, run);
  const stop = () => began.stop(call.signal.reason as Error);
  if (call.signal.aborted) stop();
  else call.signal.addEventListener("abort", stop, { once: true });
  try {
    return await began.ending;
  } finally {
    cancel?.();
    inner.delete(began.performance);
  }
}

/** At once when its time is over already: then nothing of the run begins any more. */
function endInTime(call: AttemptCall, { clock }: Performance): (() => void) | undefined {
  const { timeoutMs } = call.step.node.plan as ScoreNode;
  if (timeoutMs === undefined) return undefined;
  const end = () => call.abort(new MaestroError("MR3002", { timeoutMs }));
  const leftMs = deadlineOf(call.step) - clock.now();
  // The clock may have been set back since.
  if (leftMs > 0) return clock.after(Math.min(leftMs, timeoutMs), end);
  end();
  return undefined;
}

/** When the attempt has taken too long, Unix ms, whether its run is played or waits for somebody; `Infinity`: never. */
function deadlineOf({ node, begunAt }: Step): number {
  const { timeoutMs } = node.plan as ScoreNode;
  return timeoutMs === undefined || begunAt === undefined ? Number.POSITIVE_INFINITY : begunAt + timeoutMs;
}

async function follow(run: Performance, call: AttemptCall, ending: Ending): Promise<void> {
  const { step } = call;
  call.info = { ...call.info, run: step.child! };
  switch (ending.is) {
    case "completed":
      return record(run, call, toPerformed(ending.output));
    case "failed": {
      const { message, code } = ending.error;
      const where = ending.step === undefined ? "" : `step "${ending.step}": `;
      const child = step.child!;
      step.child = undefined;
      return record(run, call, {
        error: {
          message: `run ${child}: ${where}${message}`,
          ...(code === undefined ? {} : { code }),
        },
      });
    }
    case "cancelled": {
      const { by, reason } = ending;
      const why = reason === undefined ? "" : `: ${reason}`;
      const message = `run ${step.child}: it was cancelled${by === "" ? "" : ` by ${by}`}${why}`;
      step.child = undefined;
      return record(run, call, { error: { message } });
    }
    case "paused":
      // It goes on with this one.
      if (call.signal.reason instanceof MaestroError) return stopped(run, call);
      return holdBack(run, step);
    case "stopped":
      return stopped(run, call);
    case "waiting":
    case "asking": {
      // It cannot go on by itself before then, and so this one cannot either.
      const { key } = step;
      const { until: goesOnAt = Number.POSITIVE_INFINITY } = ending.is === "waiting" ? ending : {};
      const until = Math.min(goesOnAt, deadlineOf(step));
      step.asked = askedBy(step.child!, ending).map((one) => ({ ...one, of: key }));
      apply(run.state, { is: "opened", key, attempt: call.attempt, until });
      run.tell({ type: "step.waiting", step: key, kind: "score" });
      playWhenDurable(run, takeMoves(run));
      return run.wake();
    }
    default:
      return ending satisfies never;
  }
}

/**
 * A run that is stopped goes on with this one: at once, when somebody has stopped it by itself. One that took too long, or
 * is of no use any more, is over.
 */
async function stopped(run: Performance, call: AttemptCall): Promise<void> {
  const { step } = call;
  const reason: unknown = call.signal.reason;
  const isLate = reason instanceof MaestroError;
  if (!isLate && !run.state.failure) return holdBack(run, step);
  const why = { cancelled: isLate ? "it took too long" : "the run it is part of has failed" };
  const write = ({ ends, steps }: CancelledEnds) => run.journal.endRuns(ends, steps);
  await run.children.endInside([step.child!], { why, write });
  step.child = undefined;
  if (!isLate) return release(run);
  return record(run, call, { error: toStepError(reason) });
}
