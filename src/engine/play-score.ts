import { MaestroError } from "../diagnostics/index.ts";
import type { ScoreNode } from "../plan/index.ts";
import { newId } from "../support/ids.ts";
import type { AttemptCall } from "./call.ts";
import { apply } from "./core/core.ts";
import type { Step } from "./core/state.ts";
import type { Play } from "./engine.ts";
import { toPerformed, toStepError } from "./perform.ts";
import { type Performance, type Playable, runningRow, toJsonText } from "./performance.ts";
import { playSteps, record, release } from "./play-step.ts";
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
    if ("error" in began) {
      run.finish(call);
      return await record(run, call, began);
    }
    const ending = await endingOf(began, call);
    run.finish(call);
    await follow(run, call, ending);
  } catch (error) {
    run.finish(call);
    run.crash ??= { error };
    run.wake();
  }
}

type Failure = { readonly error: ReturnType<typeof toStepError> };

/** The run is named before it begins: a restart goes on with that one. */
async function begin(run: Performance, call: AttemptCall): Promise<Play | Ending | Failure> {
  const { step } = call;
  const node = step.node.plan as ScoreNode;
  const above = [...run.state.above, run.state.plan.score];
  const playable = run.playable.scores.get(node.score)!;
  const depth = above.filter((score) => score === node.score).length;
  if (depth > (node.maxDepth ?? 0))
    return {
      error: toStepError(new MaestroError("MR3026", { score: node.score, depth: node.maxDepth ?? 0 })),
    };
  if (step.child !== undefined) {
    const known = await run.children.resumeChild(step.child, playable, above);
    if (known) return known;
  }
  const input = await checkedInput(playable, step.input);
  if ("error" in input) return input;
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
): Promise<{ readonly value: unknown } | Failure> {
  const checked = (await code.checkInput?.(input)) ?? { value: input };
  if ("problems" in checked)
    return { error: toStepError(new MaestroError("MR3003", { problems: checked.problems })) };
  const made = toPerformed(checked.value);
  return "error" in made ? made : { value: made.value };
}

/** Stops the run when this step is told to end. */
async function endingOf(began: Play | Ending, call: AttemptCall): Promise<Ending> {
  if (!("ending" in began)) return began;
  const stop = () => began.stop(call.signal.reason as Error);
  if (call.signal.aborted) stop();
  else call.signal.addEventListener("abort", stop, { once: true });
  return began.ending;
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
      return release(run);
    case "waiting":
    case "asking": {
      // It cannot go on by itself, and so this one cannot either.
      const { key } = step;
      apply(run.state, { is: "opened", key, attempt: call.attempt, until: Number.POSITIVE_INFINITY });
      run.tell({ type: "step.waiting", step: key, kind: "score" });
      playSteps(run, takeMoves(run));
      return run.wake();
    }
    default:
      return ending satisfies never;
  }
}
