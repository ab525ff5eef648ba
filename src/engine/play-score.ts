import { MaestroError } from "../diagnostics/index.ts";
import type { ScoreNode } from "../plan/index.ts";
import { newId } from "../support/ids.ts";
import type { AttemptCall } from "./call.ts";
import { apply } from "./core/core.ts";
import type { Step } from "./core/state.ts";
import type { Play } from "./engine.ts";
import { toPerformed, toStepError } from "./perform.ts";
import { type Performance, type Playable, runningRow, toJsonText } from "./performance.ts";
import { playWhenDurable, record, release } from "./play-step.ts";
import type { Ending } from "./take-moves.ts";
import { takeMoves } from "./take-moves.ts";

/** Begins and resumes the runs that other runs play. */
export interface Children {
  startChild(child: {
    readonly id: string;
    readonly playable: Playable;
    readonly input: unknown;
    /** The run that plays it and the step: `run_…/sent`. */
    readonly parent: string;
    readonly above: readonly string[];
  }): Promise<Play>;
  /** The ending of one that has ended, or the play of one that goes on; `undefined` when it was never begun. */
  resumeChild(id: string, playable: Playable, above: readonly string[]): Promise<Play | Ending | undefined>;
}

/** Plays another score as a run of its own. Never throws: a store that fails crashes the run. */
export async function playScore(run: Performance, step: Step): Promise<void> {
  const call = run.begin(step);
  try {
    const began = await begin(run, call);
    if ("refused" in began) {
      run.finish(call);
      return await record(run, call, { error: began.refused });
    }
    const ending = "ending" in began ? await endingOf(began, call, run) : began;
    run.finish(call);
    await follow(run, call, ending);
  } catch (error) {
    run.finish(call);
    run.crash ??= { error };
    run.wake();
  }
}

type Refused = { readonly refused: ReturnType<typeof toStepError> };

/** The run is named before it begins: a restart goes on with that one. */
async function begin(run: Performance, call: AttemptCall): Promise<Play | Ending | Refused> {
  const { step } = call;
  const node = step.node.plan as ScoreNode;
  const above = [...run.state.above, run.state.plan.score];
  const playable = run.playable.scores.get(node.score)!;
  const depth = above.filter((score) => score === node.score).length;
  if (depth > (node.maxDepth ?? 0))
    return {
      refused: toStepError(new MaestroError("MR3026", { score: node.score, depth: node.maxDepth ?? 0 })),
    };
  if (step.child !== undefined) {
    const known = await run.children.resumeChild(step.child, playable, above);
    if (known) return known;
  }
  const input = await checkedInput(playable, step.input);
  if ("refused" in input) return input;
  const id = step.child ?? newId("run");
  step.child = id;
  call.isNoted = true;
  call.info = { run: id };
  await run.journal.recordStep({ ...runningRow(run.state.id, call), info: toJsonText(call.info) });
  if (run.isHeard) run.tell({ type: "step.started", step: step.key, kind: "score", attempt: call.attempt });
  const parent = `${run.state.id}/${step.key}`;
  return run.children.startChild({ id, playable, input: input.value, parent, above });
}

async function checkedInput(
  { code }: Playable,
  input: unknown,
): Promise<{ readonly value: unknown } | Refused> {
  const checked = (await code.checkInput?.(input)) ?? { value: input };
  if ("problems" in checked)
    return { refused: toStepError(new MaestroError("MR3003", { problems: checked.problems })) };
  const made = toPerformed(checked.value);
  return "error" in made ? { refused: made.error } : { value: made.value };
}

/** Stops the run when this step is told to end, or has taken too long. */
async function endingOf(began: Play, call: AttemptCall, { clock }: Performance): Promise<Ending> {
  const { timeoutMs } = call.step.node.plan as ScoreNode;
  const stop = () => began.stop(call.signal.reason as Error);
  if (call.signal.aborted) stop();
  else call.signal.addEventListener("abort", stop, { once: true });
  const cancel =
    timeoutMs === undefined
      ? undefined
      : clock.after(timeoutMs, () => call.abort(new MaestroError("MR3002", { timeoutMs })));
  try {
    return await began.ending;
  } finally {
    cancel?.();
  }
}

async function follow(run: Performance, call: AttemptCall, ending: Ending): Promise<void> {
  const { step } = call;
  call.info = { run: step.child! };
  switch (ending.is) {
    case "completed":
      return record(run, call, toPerformed(ending.output));
    case "failed": {
      const { message, code } = ending.error;
      const where = ending.step === undefined ? "" : `step "${ending.step}": `;
      step.child = undefined;
      return record(run, call, {
        error: {
          message: `run ${String(call.info.run)}: ${where}${message}`,
          ...(code === undefined ? {} : { code }),
        },
      });
    }
    case "stopped":
      return stopped(run, call);
    case "waiting":
    case "asking": {
      // It cannot go on by itself, and so this one cannot either.
      const { key } = step;
      apply(run.state, { is: "opened", key, attempt: call.attempt, until: Number.POSITIVE_INFINITY });
      run.tell({ type: "step.waiting", step: key, kind: "score" });
      playWhenDurable(run, takeMoves(run));
      return run.wake();
    }
    default:
      return ending satisfies never;
  }
}

/** A run that is stopped with this one goes on with it. One that took too long, or is of no use any more, is over. */
async function stopped(run: Performance, call: AttemptCall): Promise<void> {
  const { step } = call;
  const reason: unknown = call.signal.reason;
  const isLate = reason instanceof MaestroError;
  if (isLate || run.state.failure) {
    const why = toJsonText({ cancelled: isLate ? "it took too long" : "the run it is part of has failed" });
    const end = { id: step.child!, status: "cancelled", output: null, error: null, reason: why } as const;
    await run.journal.endRun({ ...end, endedAt: run.clock.now() });
    step.child = undefined;
  }
  if (!isLate) return release(run);
  return record(run, call, { error: toStepError(reason) });
}
