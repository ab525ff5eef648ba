import { MaestroError } from "../diagnostics/index.ts";
import type { RunEnd } from "../store/store.ts";
import { writeJson } from "../support/write-json.ts";
import { compute } from "./compute.ts";
import { beginCompute, checkDeadline, nextMove, outcome, wakeAt } from "./core/core.ts";
import type { Note, Outcome, RunState, Step } from "./core/state.ts";
import type { CancelledEnds } from "./end-cancelled.ts";
import type { Halt, Who } from "./halt.ts";
import { toStepError } from "./perform.ts";
import { type Performance, toJsonText } from "./performance.ts";
import { provenanceOf } from "./provenance-of.ts";
import type { StepInfo } from "./step-info.ts";

/** How playing a run ended: as its outcome says, or stopped from outside with steps left to play. */
export type Ending =
  | Outcome
  | { readonly is: "stopped" }
  /** Somebody holds it, until somebody lets it go on. */
  | ({ readonly is: "paused" } & Who)
  | ({ readonly is: "cancelled" } & Who);

/**
 * Makes every move that needs no player, and returns the steps that are to be played next. When there is nothing left
 * to play, the run's end is written too: it rides in the transaction of its last step.
 */
export function takeMoves(run: Performance): readonly Step[] {
  const { state } = run;
  if (run.isStopping) return rest(run);
  const steps: Step[] = [];
  const now = run.clock.now();
  checkDeadline(state, now);
  run.stepping?.tidy();
  for (let move = nextMove(state, now); move; move = nextMove(state, now)) {
    if (move.is === "play") steps.push(move.step);
    else if (move.is === "note") writeNote(run, move.note);
    else if (run.playable.elsewhere) steps.push(beginCompute(state, move.step));
    else compute(run, move.step);
  }
  if (state.failure) run.abortCalls(new Error("another step of the run failed"));
  const ended = outcome(state);
  if (ended) run.end(endRun(run, ended));
  const due = wakeAt(state);
  if (due !== undefined) run.wakeIn(Math.max(0, due - now));
  return steps;
}

function rest(run: Performance): readonly Step[] {
  run.stepping?.tidy();
  const { halt } = run;
  if (halt?.is === "cancel") halt.rested();
  else if (run.state.inFlight === 0) run.end(halt?.is === "pause" ? holdRun(run, halt) : pauseRun(run, []));
  return [];
}

/** E4: what can be decided again rides along with the next commit; nobody waits for it. */
export function writeNote(run: Performance, note: Note): void {
  const { key, kind, status, value, error, kept } = note;
  if (status === "running")
    return run.tell({ type: "map.started", step: key, items: Number(note.info?.items ?? 0) });
  const now = run.clock.now();
  const output = value === undefined ? null : toJsonText(value);
  const info = kept && output !== null ? { ...note.info, ...provenanceOf(kept, output) } : note.info;
  run.journal.noteStep({
    runId: run.state.id,
    key,
    attempt: 1,
    kind,
    status,
    output,
    error: error ? toJsonText(error) : null,
    info: info ? toJsonText(info) : null,
    startedAt: now,
    endedAt: now,
  });
  const ended = { step: key, kind, attempt: 1, durationMs: 0 };
  if (status === "completed") return run.tell({ type: "step.completed", ...ended });
  const { gap, choice } = (info ?? {}) as StepInfo;
  const decided = { ...(gap ? { gap } : {}), ...(choice ? { choice } : {}) };
  if (status === "failed") return run.tell({ type: "step.failed", ...ended, error: error!, ...decided });
  const node = typeof info?.node === "string" ? { node: info.node } : {};
  run.tell({ type: "step.skipped", step: key, kind, reason: String(info?.reason), ...node, ...decided });
}

async function endRun(run: Performance, ended: Outcome): Promise<Ending> {
  if (ended.is === "asking") return pauseRun(run, ended.steps);
  if (ended.is === "waiting") return parkRun(run, ended);
  if (ended.is === "failed") return failRun(run, ended);
  // Its parts can be stored, and together they may be too large or too deep.
  const written = writeJson(ended.output);
  if ("json" in written) return completeRun(run, ended, written.json);
  return failRun(run, {
    is: "failed",
    step: undefined,
    error: toStepError(new MaestroError("MR3004", written)),
  });
}

async function completeRun(run: Performance, ended: Outcome & { is: "completed" }, output: string) {
  const { id } = run.state;
  const endedAt = endOf(run);
  const { gaps } = ended;
  const reason = gaps ? toJsonText({ gaps }) : null;
  await endWithOpen(run, { id, status: "completed", output, error: null, reason, endedAt });
  const durationMs = endedAt - run.startedAt;
  run.tell({ type: "run.completed", output: ended.output, ...(gaps ? { gaps } : {}), durationMs });
  return ended;
}

async function failRun(run: Performance, ended: Outcome & { is: "failed" }) {
  const { step, error } = ended;
  const endedAt = endOf(run);
  await endWithOpen(run, {
    id: run.state.id,
    status: "failed",
    output: null,
    error: toJsonText({ step, ...error }),
    reason: null,
    endedAt,
  });
  run.tell({ type: "run.failed", step, error, durationMs: endedAt - run.startedAt });
  return ended;
}

/** The wall clock may have been set back. */
function endOf({ clock, startedAt }: Performance): number {
  return Math.max(clock.now(), startedAt);
}

/** A run that ends leaves nothing open: steps and runs that wait for somebody end in the same transaction. */
async function endWithOpen(run: Performance, end: RunEnd): Promise<void> {
  const { state, journal, clock, children } = run;
  const open = [...openSteps(state)];
  if (open.length === 0) return journal.endRun(end);
  const error = toJsonText({ message: "the run ended" });
  const now = clock.now();
  const over = { runId: state.id, status: "interrupted", output: null, error, info: null } as const;
  const own = open.map(({ key, attempt, kind }) => ({
    ...over,
    key,
    attempt,
    kind,
    startedAt: now,
    endedAt: now,
  }));
  const inner = open.flatMap(({ child }) => child ?? []);
  const why = { cancelled: "the run it is part of has ended" };
  const write = ({ ends, steps }: CancelledEnds) => journal.endRuns([end, ...ends], [...steps, ...own]);
  await (inner.length === 0 ? write(NOTHING_INSIDE) : children.endInside(inner, { why, write }));
}

const NOTHING_INSIDE: CancelledEnds = { ends: [], steps: [] };

interface OpenStep {
  readonly key: string;
  readonly attempt: number;
  readonly kind: string;
  readonly child?: string | undefined;
}

/** What the store holds as open: also what this play of the run has not come to before it failed. */
function* openSteps({ steps, past }: RunState): Generator<OpenStep> {
  for (const { key, attempt, node, until, child } of steps.values())
    if (until !== undefined || child !== undefined) yield { key, attempt, kind: node.plan.kind, child };
  for (const [key, attempts] of past) {
    const { attempt, open, child } = attempts.at(-1)!;
    if (open !== undefined && !steps.has(key)) yield { key, attempt, kind: open, child };
  }
}

/** Only people can move it on: the process is free to go. */
async function parkRun(run: Performance, ended: Extract<Outcome, { is: "waiting" }>): Promise<Ending> {
  const { steps, inside = [] } = ended;
  const own = steps.filter((step) => !inside.some(({ of }) => of === step));
  const asked = { ...(own.length > 0 ? { checkpoints: own } : {}), ...(inside.length > 0 ? { inside } : {}) };
  await run.journal.changeRun({ id: run.state.id, status: "waiting", reason: toJsonText(asked) });
  run.tell({ type: "run.waiting", checkpoints: steps, ...(inside.length > 0 ? { inside } : {}) });
  return ended;
}

/** Its row says so since the pause was asked for. */
async function holdRun(
  run: Performance,
  { who, isDurable }: Extract<Halt, { is: "pause" }>,
): Promise<Ending> {
  await isDurable;
  // What its last steps brought is told before.
  await run.journal.settled();
  run.tell({ type: "run.paused", asking: [], ...who });
  return { is: "paused", ...who };
}

async function pauseRun(run: Performance, asking: readonly string[]): Promise<Ending> {
  const reason = toJsonText(asking.length > 0 ? { asking } : { stopped: true });
  await run.journal.changeRun({ id: run.state.id, status: "paused", reason });
  run.tell({ type: "run.paused", asking });
  return asking.length > 0 ? { is: "asking", steps: asking } : { is: "stopped" };
}
