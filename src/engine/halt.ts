import type { Clock } from "../support/clock.ts";
import { closePause } from "./core/reach-step.ts";
import { type Performance, toJsonText } from "./performance.ts";
import { playWhenDurable } from "./play-step.ts";
import { takeMoves } from "./take-moves.ts";

/** Who holds a run or ends it, and why. */
export interface Who {
  readonly by: string;
  readonly reason?: string | undefined;
}

/** Why a run takes no further step. */
export type Halt =
  | { readonly is: "stop" }
  /** Steps under way go on to their end. The store says so already, or will when `isDurable` resolves. */
  | { readonly is: "pause"; readonly who: Who; readonly isDurable: Promise<void> }
  /** `rested` is told whenever something has come to its end. */
  | { readonly is: "cancel"; readonly rested: () => void };

/** What the signal of a step carries whose run is cancelled. */
export class RunCancelled extends Error {
  override readonly name = "RunCancelled";
  /** How long the step has to end by itself. */
  readonly graceMs: number;

  constructor({ by, reason }: Who, graceMs: number) {
    super(`the run was cancelled${by === "" ? "" : ` by ${by}`}${reason === undefined ? "" : `: ${reason}`}`);
    this.graceMs = graceMs;
  }
}

/** Why a run is paused, as its row keeps it. */
export function toPaused({ by, reason }: Who): string {
  return toJsonText({ paused: { by, ...(reason === undefined ? {} : { reason }) } });
}

/** The run and those that it plays at the moment, at any depth. */
function family(...runs: readonly Performance[]): readonly Performance[] {
  const all = new Set(runs);
  // What is found is looked into as well, so this goes on while the list grows.
  for (const one of all) for (const inner of one.inner) all.add(inner);
  return [...all];
}

/**
 * No step of the run, or of those it plays, begins any more; those under way go on to their end. Resolves when that is
 * durable. False when the run is about to come to rest by itself: then it has to be looked at again.
 * @param apart runs that are part of it and that somebody goes on with by themselves
 */
export async function pausePlay(
  run: Performance,
  who: Who,
  apart: readonly Performance[] = NOBODY,
): Promise<boolean> {
  const isHeld = run.halt?.is === "pause";
  if (!isHeld && (run.ending || run.crash || run.isStopping)) return false;
  // Of a run that is held already, somebody may have let one go on that it plays.
  const all = family(run, ...apart);
  const runs = all.filter(({ ending, halt, isStopping }) => !ending && !halt && !isStopping);
  const before = all.map(({ halt }) => halt?.is === "pause" && halt.isDurable);
  if (runs.length > 0) before.push(hold(run, runs, who));
  await Promise.all(before);
  return true;
}

const NOBODY: readonly never[] = [];

function hold(run: Performance, runs: readonly Performance[], who: Who): Promise<void> {
  const reason = toPaused(who);
  const isDurable = run.journal.changeRuns(
    runs.map(({ state }) => ({ id: state.id, status: "paused", reason })),
  );
  // A store that fails is met by whoever awaits it.
  isDurable.catch(() => {});
  for (const one of runs) {
    one.halt = { is: "pause", who, isDurable };
    one.isStopping = true;
    one.leaveQueues();
    one.wake();
  }
  return isDurable;
}

/**
 * Takes a pause back while steps of the run are still under way. False when it has come to rest, or was told to end:
 * then it is resumed from the store.
 */
export async function goOnPlaying(run: Performance, apart: readonly Performance[]): Promise<boolean> {
  if (run.halt?.is !== "pause" || run.ending || run.isAborting) return false;
  const runs = family(run, ...apart).filter(
    ({ ending, halt, isAborting }) => !ending && !isAborting && halt?.is === "pause",
  );
  const isDurable = run.journal.changeRuns(
    runs.map(({ state }) => ({ id: state.id, status: "running", reason: null })),
  );
  for (const one of runs) {
    one.halt = undefined;
    one.isStopping = false;
  }
  for (const one of runs) {
    playWhenDurable(one, takeMoves(one));
    one.wake();
  }
  await isDurable;
  return true;
}

/** The run that `key` plays and that could not go on can: the step is played again, and goes on with it. */
export function playAgain(run: Performance, key: string, child: string): void {
  const step = run.state.open.get(key);
  if (step?.child !== child) return;
  closePause(run.state, step);
  run.state.ready.push(step);
  playWhenDurable(run, takeMoves(run));
  run.wake();
}

/** How long tasks that do not end when they are told to are waited for. */
export const GRACE_MS = 5_000;

/** Programs are killed when the grace is over, or that of their own timeout is, and that may take this long. */
const KILLING_MS = GRACE_MS + 1_500;

/** A run that is told to end for good. */
export interface Cancelling {
  /** With those that it was about to begin when it was told. */
  readonly runs: readonly Performance[];
}

/**
 * Tells everything under way for the run, and for those it plays, to end, and waits until it has, or until the time for
 * that is over: what is still at work then is left behind. Writes nothing. Undefined when the run is coming to its end by
 * itself. Several may tell a run at once, of which each has told others before: none of them waits for what another does.
 */
export async function haltToCancel(
  run: Performance,
  { reason, clock }: { readonly reason: RunCancelled; readonly clock: Clock },
): Promise<Cancelling | undefined> {
  if (run.ending || run.crash) return undefined;
  const rest = Promise.withResolvers<void>();
  const programs = Promise.withResolvers<void>();
  const halt = {
    is: "cancel" as const,
    rested: () => {
      if (isAtRest(run)) rest.resolve();
      if (!family(run).some(hasProgram)) programs.resolve();
    },
  };
  joinCancelling(run, halt, reason);
  halt.rested();
  await within(reason.graceMs, rest.promise, clock);
  await within(KILLING_MS, programs.promise, clock);
  return {
    get runs() {
      return family(run);
    },
  };
}

async function within(ms: number, rest: Promise<void>, clock: Clock): Promise<void> {
  let cancel: () => void = () => {};
  const patience = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve);
  });
  await Promise.race([rest, patience]);
  cancel();
}

/** Also for a run that one of them was about to play when they were told. */
function joinCancelling(run: Performance, halt: Extract<Halt, { is: "cancel" }>, reason: Error): void {
  for (const one of family(run)) {
    const before = one.halt;
    const rested = () => {
      if (before?.is === "cancel") before.rested();
      halt.rested();
    };
    one.halt = { is: "cancel", rested };
    one.isStopping = true;
    one.isAborting = true;
    one.abortCalls(reason);
    one.wake();
  }
}

/** A run that begins to be played by one that takes no further step takes none either. */
export function joinHalt(child: Performance, halt: Halt, reason: unknown): void {
  if (halt.is === "cancel") joinCancelling(child, halt, reason as Error);
  // A store that fails is met by the run's own end.
  else if (halt.is === "pause") pausePlay(child, halt.who).catch(() => {});
}

/** Is nothing under way but the runs that steps play, and nothing in those either? */
function isAtRest(run: Performance): boolean {
  return family(run).every(
    (one) => one.calls.size === one.inner.size && [...one.inner].every(({ ending }) => !ending),
  );
}

function hasProgram({ calls }: Performance): boolean {
  return [...calls].some(({ step }) => step.node.plan.kind === "shell");
}

/** The end of a cancelled run is written: whatever its steps still bring is refused. */
export function leaveCancelled(runs: readonly Performance[], who: Who): void {
  for (const run of runs) {
    if (run.ending) continue;
    for (const call of run.calls) run.finish(call);
    run.tell({ type: "run.cancelled", ...who, durationMs: Math.max(0, run.clock.now() - run.startedAt) });
    run.end(Promise.resolve({ is: "cancelled", ...who }));
  }
  for (const run of runs) run.wake();
}
