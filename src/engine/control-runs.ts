import { MaestroError } from "../diagnostics/index.ts";
import type { RunRow, Store } from "../store/store.ts";
import type { Clock } from "../support/clock.ts";
import type { Apart } from "./apart.ts";
import { type CancelledEnds, openTree, toCancelledEnds } from "./end-cancelled.ts";
import { endingOf } from "./ending-of.ts";
import type { InnerPlay } from "./engine.ts";
import {
  type Cancelling,
  GRACE_MS,
  goOnPlaying,
  haltToCancel,
  leaveCancelled,
  pausePlay,
  playAgain,
  RunCancelled,
  toPaused,
  type Who,
} from "./halt.ts";
import type { Performance } from "./performance.ts";
import type { Children } from "./play-score.ts";
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
  readonly apart: Apart;
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
      if (await pauseAtRest(ward, id, who)) return [];
      continue;
    }
    if (await pausePlay(play.performance, who, apartIn(ward, id)))
      return [...play.performance.calls].map(({ step }) => step.key);
    await play.ending.catch(() => {});
  }
}

/** @see Engine.goOn */
export async function goOnWith(ward: Ward, id: string): Promise<InnerPlay | undefined> {
  const play = ward.plays.get(id);
  if (play?.performance.halt?.is !== "pause") return undefined;
  if (await goOnPlaying(play.performance, apartIn(ward, id))) return play;
  await play.ending.catch(() => {});
  return undefined;
}

/** Runs that are part of this one and that somebody goes on with by themselves. */
function apartIn({ apart }: Ward, id: string): readonly Performance[] {
  return apart.inside(id).map(({ performance }) => performance);
}

/** False when somebody has gone on with one of them meanwhile: then it has to be looked at again. */
async function pauseAtRest(ward: Ward, id: string, who: Who): Promise<boolean> {
  const { store, plays, opening } = ward;
  const runs = await openTree(store, [id]);
  const isOver = runs[0]?.id !== id;
  if (isOver || plays.has(id) || opening.has(id)) return false;
  const begins = () =>
    runs.flatMap((run) => plays.get(run.id) ?? []).filter(({ performance }) => !performance.isStopping);
  const opened = runs.flatMap((run) => opening.get(run.id) ?? []);
  if (opened.length > 0) await Promise.allSettled(opened);
  else if (begins().length > 0) await Promise.all(begins().map((play) => holdOrRest(play, who)));
  else {
    const resting = runs.flatMap((run) => (plays.has(run.id) ? [] : run.id));
    const reason = toPaused(who);
    await alone(ward, { ids: resting }, () =>
      store.changeRuns(resting.map((one) => ({ id: one, status: "paused", reason }))),
    );
    return begins().length === 0;
  }
  return false;
}

async function holdOrRest({ performance, ending }: InnerPlay, who: Who): Promise<void> {
  if (!(await pausePlay(performance, who))) await ending.catch(() => {});
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
async function outOfQueue<T>(
  { turns, store, plays }: Ward,
  id: string,
  ending: Ending,
  act: () => Promise<T>,
): Promise<T> {
  const queued = turns.queued.get(id);
  const isOut = queued?.withdraw() === true;
  // Its turn has come: it is begun, and then as any other.
  if (!isOut) await queued?.begun;
  try {
    for (;;) {
      const done = await act();
      if (isOut) queued.leave(ending);
      // Somebody has let it go on meanwhile, and it waits again, or its turn has come before that was done.
      const again = turns.queued.get(id);
      if (again?.withdraw()) again.leave(ending);
      else await again?.begun;
      if (!again || !plays.has(id)) return done;
    }
  } catch (error) {
    if (isOut) queued.leave(await endingNow(store, id));
    throw error;
  }
}

/** What has become of a run that is in no queue any more: somebody else may have brought it to its end. */
async function endingNow(store: Store, id: string): Promise<Ending> {
  const row = await store.run(id).catch(() => undefined);
  return (row && endingOf(row)) ?? { is: "stopped" };
}

async function cancelWhole(ward: Ward, id: string, { who, graceMs }: Cancel): Promise<readonly string[]> {
  const why = { cancelled: who.reason ?? "no reason was given", by: who.by };
  const look = async () => {
    await openRow(ward, id);
    return openTree(ward.store, [id]);
  };
  const write = ({ ends, steps }: CancelledEnds) => ward.store.endRuns(ends, steps);
  return endForGood(ward, look, { who, graceMs, why, write });
}

/** @see Children.endInside */
export async function endInside(
  ward: Ward,
  ids: readonly string[],
  { why, write }: Parameters<Children["endInside"]>[1],
): Promise<void> {
  const who = { by: "", reason: why.cancelled };
  await endForGood(ward, () => openTree(ward.store, ids), { who, graceMs: GRACE_MS, why, write });
}

interface EndForGood extends Cancel {
  readonly why: { readonly cancelled: string; readonly by?: string };
  readonly write: (ends: CancelledEnds) => Promise<void>;
}

/** @param look which runs are to end, as it is now */
async function endForGood(
  ward: Ward,
  look: () => Promise<readonly RunRow[]>,
  { who, graceMs, why, write }: EndForGood,
): Promise<readonly string[]> {
  const reason = new RunCancelled(who, graceMs);
  const halted: Cancelling[] = [];
  for (;;) {
    // What it was about to begin has begun, and has been told as well; what somebody else ends has ended.
    if (halted.length > 0) await Promise.allSettled([...ward.opening.values()]);
    const runs = await look();
    const ours = new Set(halted.flatMap((one) => one.runs.map(({ state }) => state.id)));
    const isOthers = ({ id }: RunRow) => ward.opening.has(id) || (ward.plays.has(id) && !ours.has(id));
    const played = runs.find(isOthers);
    if (played) {
      const one = ours.has(played.id) ? undefined : await haltOne(ward, played.id, reason);
      if (one) halted.push(one);
      continue;
    }
    const ids = runs.map(({ id }) => id);
    await alone(ward, { ids, halted: ours }, () => endTogether(ward, runs, { who, why, write, halted }));
    return ids;
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
async function endTogether(
  { store, clock }: Ward,
  runs: readonly RunRow[],
  { who, why, write, halted }: Omit<EndForGood, "graceMs"> & { readonly halted: readonly Cancelling[] },
): Promise<void> {
  const performances = halted.flatMap((one) => one.runs);
  try {
    // What is left behind is refused by its row.
    for (const run of performances) for (const call of run.calls) if (!call.isNoted) run.noteBeginning(call);
    await store.settled();
    await write(await toCancelledEnds(store, runs, { why, now: clock.now() }));
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

const NONE: ReadonlySet<string> = new Set();

/** The row of a run that has not ended, when nobody is beginning or taking it over. */
async function openRow({ store, opening }: Ward, id: string): Promise<RunRow> {
  await opening.get(id)?.catch(() => {});
  await store.settled();
  const row = await store.run(id);
  if (!row) throw new MaestroError("MR2003", { run: id });
  if (row.endedAt !== null) throw new MaestroError("MR2008", { run: id, status: row.status });
  return row;
}

/** Does something to runs at rest, or to `halted` ones, that nobody else may begin, change or end meanwhile. */
async function alone(
  { plays, opening }: Ward,
  { ids, halted = NONE }: { readonly ids: readonly string[]; readonly halted?: ReadonlySet<string> },
  act: () => Promise<void>,
): Promise<void> {
  const taken = ids.find((id) => opening.has(id) || (plays.has(id) && !halted.has(id)));
  if (taken !== undefined) throw new MaestroError("MR2011", { run: taken });
  const acting = act();
  for (const id of ids) opening.set(id, acting);
  try {
    await acting;
  } finally {
    for (const id of ids) opening.delete(id);
  }
}
