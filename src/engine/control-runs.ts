import { MaestroError } from "../diagnostics/index.ts";
import type { RunRow, Store } from "../store/store.ts";
import type { Clock } from "../support/clock.ts";
import { openTree, toCancelledEnds } from "./end-cancelled.ts";
import type { InnerPlay } from "./engine.ts";
import {
  type Cancelling,
  haltToCancel,
  leaveCancelled,
  pausePlay,
  playAgain,
  RunCancelled,
  toPaused,
  type Who,
} from "./halt.ts";
import type { Ending } from "./take-moves.ts";
import type { Turns } from "./turns.ts";

/** What an engine plays, and where that is written. */
export interface Ward {
  readonly store: Store;
  readonly clock: Clock;
  readonly plays: ReadonlyMap<string, InnerPlay>;
  /** Runs that somebody is beginning, taking over or changing: nobody else may. */
  readonly opening: Map<string, Promise<unknown>>;
  readonly turns: Turns;
}

/** @see Engine.pause */
export function pauseRun(ward: Ward, id: string, who: Who): Promise<readonly string[]> {
  return outOfQueue(ward, id, { is: "paused", ...who }, () => pauseWhole(ward, id, who));
}

async function pauseWhole(ward: Ward, id: string, who: Who): Promise<readonly string[]> {
  for (;;) {
    const row = await openRow(ward, id);
    if (row.parent !== null) throw new MaestroError("MR2030", { run: id, parent: row.parent });
    const play = ward.plays.get(id);
    if (!play) {
      await alone(ward, [id], () => pauseAtRest(ward, id, who));
      return [];
    }
    if (await pausePlay(play.performance, who))
      return [...play.performance.calls].map(({ step }) => step.key);
    await play.ending.catch(() => {});
  }
}

async function pauseAtRest({ store }: Ward, id: string, who: Who): Promise<void> {
  const reason = toPaused(who);
  const runs = await openTree(store, [id]);
  await store.changeRuns(runs.map((run) => ({ id: run.id, status: "paused", reason })));
}

/** @see Engine.cancel */
export function cancelRun(ward: Ward, id: string, cancel: Cancel): Promise<readonly string[]> {
  return outOfQueue(ward, id, { is: "cancelled", ...cancel.who }, () => cancelWhole(ward, id, cancel));
}

interface Cancel {
  readonly who: Who;
  readonly graceMs: number;
}

/** Does something to a run as to any other; one that was in the queue has `ending` then. */
async function outOfQueue<T>({ turns }: Ward, id: string, ending: Ending, act: () => Promise<T>): Promise<T> {
  const queued = turns.queued.get(id);
  if (!queued?.withdraw()) return act();
  try {
    const done = await act();
    queued.leave(ending);
    return done;
  } catch (error) {
    queued.leave({ is: "stopped" });
    throw error;
  }
}

async function cancelWhole(ward: Ward, id: string, { who, graceMs }: Cancel): Promise<readonly string[]> {
  const reason = new RunCancelled(who, graceMs);
  const halted: Cancelling[] = [];
  try {
    for (;;) {
      // What it was about to begin has begun, and has been told as well.
      if (halted.length > 0) await Promise.allSettled([...ward.opening.values()]);
      await openRow(ward, id);
      const runs = await openTree(ward.store, [id]);
      const ours = new Set(halted.flatMap((one) => one.runs.map(({ state }) => state.id)));
      const others = runs.filter((run) => !ours.has(run.id));
      const played = others.find((run) => ward.opening.has(run.id) || ward.plays.has(run.id));
      if (played) {
        const one = await haltOne(ward, played.id, reason);
        if (one) halted.push(one);
        continue;
      }
      await alone(
        ward,
        others.map((run) => run.id),
        () => endForGood(ward, runs, { who, halted }),
      );
      return runs.map((run) => run.id);
    }
  } finally {
    for (const one of halted) one.over();
  }
}

/** Undefined when it has come to rest by itself, or has only just begun: it has to be looked at again. */
async function haltOne({ plays, opening, clock }: Ward, id: string, reason: RunCancelled) {
  await opening.get(id)?.catch(() => {});
  const play = plays.get(id);
  if (!play) return undefined;
  const halted = await haltToCancel(play.performance, { reason, clock });
  if (!halted) await play.ending.catch(() => {});
  return halted;
}

/** One transaction: the runs and what they play are over together, or none of them is. */
async function endForGood(
  { store, clock }: Ward,
  runs: readonly RunRow[],
  { who, halted }: { readonly who: Who; readonly halted: readonly Cancelling[] },
): Promise<void> {
  const performances = halted.flatMap((one) => one.runs);
  try {
    // What is left behind is refused by its row.
    for (const run of performances) for (const call of run.calls) if (!call.isNoted) run.noteBeginning(call);
    await store.settled();
    const why = { cancelled: who.reason ?? "no reason was given", by: who.by };
    const { ends, steps } = await toCancelledEnds(store, runs, { why, now: clock.now() });
    await store.endRuns(ends, steps);
  } catch (error) {
    for (const run of performances) {
      run.crash ??= { error };
      run.wake();
    }
    throw error;
  }
  leaveCancelled(performances, who);
}

/** @see Engine.followAgain */
export async function followAgain({ store, plays }: Ward, id: string): Promise<boolean> {
  for (let row = await store.run(id); row?.parent; ) {
    const slash = row.parent.indexOf("/");
    const play = plays.get(row.parent.slice(0, slash));
    if (play) {
      if (!play.isEnding()) {
        playAgain(play.performance, row.parent.slice(slash + 1), row.id);
        return true;
      }
      await play.ending.catch(() => {});
    }
    row = await store.run(row.parent.slice(0, slash));
  }
  return false;
}

/** The row of a run that has not ended, when nobody is beginning or taking it over. */
async function openRow({ store, opening }: Ward, id: string): Promise<RunRow> {
  await opening.get(id)?.catch(() => {});
  await store.settled();
  const row = await store.run(id);
  if (!row) throw new MaestroError("MR2003", { run: id });
  if (row.endedAt !== null) throw new MaestroError("MR2008", { run: id, status: row.status });
  return row;
}

/** Does something to runs at rest that nobody else may begin meanwhile. */
async function alone(
  { plays, opening }: Ward,
  ids: readonly string[],
  act: () => Promise<void>,
): Promise<void> {
  const taken = ids.find((id) => plays.has(id) || opening.has(id));
  if (taken !== undefined) throw new MaestroError("MR2011", { run: taken });
  const acting = act();
  for (const id of ids) opening.set(id, acting);
  try {
    await acting;
  } finally {
    for (const id of ids) opening.delete(id);
  }
}
