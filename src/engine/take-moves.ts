import { MaestroError } from "../diagnostics/index.ts";
import { isThenable } from "../support/is-thenable.ts";
import { copyJson } from "./copy-json.ts";
import { apply, nextMove, outcome, wakeAt } from "./core/core.ts";
import type { Note, Outcome, Step } from "./core/state.ts";
import { type Performed, toPerformed, toStepError } from "./perform.ts";
import { type Performance, toJsonText } from "./performance.ts";

/** How playing a run ended: as its outcome says, or stopped from outside with steps left to play. */
export type Ending = Outcome | { readonly is: "stopped" };

/**
 * Makes every move that needs no player, and returns the steps that are to be played next. When there is nothing left
 * to play, the run's end is written too: it rides in the transaction of its last step.
 */
export function takeMoves(run: Performance): readonly Step[] {
  const { state } = run;
  if (run.isStopping) return rest(run);
  const steps: Step[] = [];
  const now = run.clock.now();
  for (let move = nextMove(state, now); move; move = nextMove(state, now)) {
    if (move.is === "play") steps.push(move.step);
    else if (move.is === "compute") compute(run, move.step);
    else writeNote(run, move.note);
  }
  if (state.failure) run.abortCalls(new Error("another step of the run failed"));
  const ended = outcome(state);
  if (ended) run.end(endRun(run, ended));
  const due = wakeAt(state);
  if (due !== undefined) run.wakeIn(Math.max(0, due - now));
  return steps;
}

function rest(run: Performance): readonly Step[] {
  if (run.state.inFlight === 0) run.end(pauseRun(run, []));
  return [];
}

/** Calls the author's function of a `derive`. Its result is not recorded: it is computed again when it is needed. */
function compute(run: Performance, step: Step): void {
  const plan = step.node.plan as Extract<typeof step.node.plan, { kind: "derive" }>;
  const { key, attempt } = step;
  try {
    const value = run.playable.code.derives[plan.code]!(...(copyJson(step.input) as unknown[]));
    const made = toDerived(value);
    apply(
      run.state,
      "error" in made
        ? { is: "failed", key, attempt, error: made.error, at: run.clock.now() }
        : { is: "completed", key, attempt, value: made.value },
    );
  } catch (error) {
    apply(run.state, { is: "failed", key, attempt, error: toStepError(error), at: run.clock.now() });
  }
}

/** A derive gives JSON, as every step does; `undefined` stays a missing value. */
function toDerived(value: unknown): Performed | { readonly value: undefined } {
  if (value === undefined) return { value };
  if (!isThenable(value)) return toPerformed(value);
  Promise.resolve(value).catch(() => {});
  return { error: toStepError(new MaestroError("MR3004", { found: "it is a promise; use a task" })) };
}

/** E4: what can be decided again rides along with the next commit; nobody waits for it. */
function writeNote(run: Performance, note: Note): void {
  const { key, kind, status, value, error, info } = note;
  if (status === "running")
    return run.tell({ type: "map.started", step: key, items: Number(info?.items ?? 0) });
  const now = run.clock.now();
  run.journal.noteStep({
    runId: run.state.id,
    key,
    attempt: 1,
    kind,
    status,
    output: value === undefined ? null : toJsonText(value),
    error: error ? toJsonText(error) : null,
    info: info ? toJsonText(info) : null,
    startedAt: now,
    endedAt: now,
  });
  if (status === "completed")
    run.tell({ type: "step.completed", step: key, kind, attempt: 1, durationMs: 0 });
  else if (status === "failed")
    run.tell({ type: "step.failed", step: key, kind, attempt: 1, error: error!, durationMs: 0 });
  else {
    const node = typeof info?.node === "string" ? { node: info.node } : {};
    run.tell({ type: "step.skipped", step: key, kind, reason: String(info?.reason), ...node });
  }
}

async function endRun(run: Performance, ended: Outcome): Promise<Ending> {
  if (ended.is === "asking") return pauseRun(run, ended.steps);
  const { id } = run.state;
  // The wall clock may have been set back.
  const endedAt = Math.max(run.clock.now(), run.startedAt);
  const durationMs = endedAt - run.startedAt;
  if (ended.is === "completed") {
    const output = toJsonText(ended.output);
    await run.journal.endRun({ id, status: "completed", output, error: null, reason: null, endedAt });
    run.tell({ type: "run.completed", output: ended.output, durationMs });
  } else {
    const { step, error } = ended;
    await run.journal.endRun({
      id,
      status: "failed",
      output: null,
      error: toJsonText({ step, ...error }),
      reason: null,
      endedAt,
    });
    run.tell({ type: "run.failed", step, error, durationMs });
  }
  return ended;
}

async function pauseRun(run: Performance, asking: readonly string[]): Promise<Ending> {
  const reason = toJsonText(asking.length > 0 ? { asking } : { stopped: true });
  await run.journal.changeRun({ id: run.state.id, status: "paused", reason });
  run.tell({ type: "run.paused", asking });
  return asking.length > 0 ? { is: "asking", steps: asking } : { is: "stopped" };
}
