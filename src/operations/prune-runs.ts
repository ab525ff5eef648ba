import type { ExpiredRun, HistoryStore } from "../store/history-store.ts";

/** What of the runs that have ended may be forgotten, and from where to look. */
export interface Pruning {
  /** Unix ms: runs that ended before. */
  readonly endedBefore: number;
  /** The same of runs that failed. */
  readonly failedBefore: number;
  /** Where an earlier look has stopped. */
  readonly after: string;
  /** Do it, or only look? */
  readonly isMeant: boolean;
}

/** Runs of one score that ended alike. */
export interface PrunedGroup {
  readonly score: string;
  readonly status: string;
  readonly runs: number;
  /** Unix ms. */
  readonly oldestAt: number;
  readonly newestAt: number;
}

export interface Pruned {
  /** What goes, or would go; of runs that play others only themselves. */
  readonly groups: readonly PrunedGroup[];
  /** Runs whose time is over and which stay, because something that goes on needs them. */
  readonly needed: number;
  /** Pages that the file has given back. */
  readonly pages: number;
  /** Where to go on; undefined when nothing is left to do. */
  readonly next: string | undefined;
}

export interface Pace {
  /** After a slice it stops when this says so. */
  readonly isOver: () => boolean;
  /** Lets others have their turn between two slices. */
  readonly pause: () => Promise<void>;
}

/** So many runs are looked at, and so many pages given back, in one slice. */
const LOOKED_AT = 200;
const PAGES = 64;
/** After every id. */
const END = "run~";

/**
 * Forgets runs whose time is over, the oldest first, in slices that keep nobody waiting: each is one short transaction.
 * A run leaves all at once, as far as anybody sees; what is left of one when this is stopped goes the next time. One that
 * has not ended stays, and so does one that a run which has not ended is part of, plays, or was begun from.
 *
 * What was learnt, what gates said of models, sums of costs by the hour, decided instants and the audit stay.
 */
export async function pruneRuns(
  { history, now }: { readonly history: HistoryStore; readonly now: () => number },
  { after, isMeant, ...before }: Pruning,
  { isOver, pause }: Pace,
): Promise<Pruned> {
  const groups = new Map<string, PrunedGroup>();
  let [needed, pages] = [0, 0];
  const done = (next: string | undefined): Pruned => ({ groups: [...groups.values()], needed, pages, next });
  const forget = async (): Promise<boolean> => {
    while (await history.forgetSome()) {
      await pause();
      if (isOver()) return false;
    }
    return true;
  };
  if (isMeant && !(await forget())) return done(after);
  const until = `run_${Math.max(before.endedBefore, before.failedBefore, 0).toString(16).padStart(12, "0")}`;
  for (let from: string | undefined = after; from !== undefined && from !== END; ) {
    const page = await history.expired({ ...before, after: from, until, limit: LOOKED_AT });
    const going = page.runs.filter(({ isNeeded }) => !isNeeded);
    needed += page.runs.length - going.length;
    for (const run of going) count(groups, run);
    if (isMeant && going.length > 0)
      await history.leave(
        going.flatMap(({ tree }) => tree),
        now(),
      );
    from = page.next;
    await pause();
    if (isMeant && !(await forget())) return done(from ?? END);
    if (from !== undefined && isOver()) return done(from);
  }
  while (isMeant) {
    const given = await history.giveBack(PAGES);
    pages += given;
    if (given < PAGES) break;
    await pause();
    if (isOver()) return done(END);
  }
  return done(undefined);
}

function count(groups: Map<string, PrunedGroup>, { score, status, createdAt }: ExpiredRun): void {
  const name = JSON.stringify([score, status]);
  const { runs, oldestAt, newestAt } = groups.get(name) ?? {
    runs: 0,
    oldestAt: createdAt,
    newestAt: createdAt,
  };
  groups.set(name, {
    score,
    status,
    runs: runs + 1,
    oldestAt: Math.min(oldestAt, createdAt),
    newestAt: Math.max(newestAt, createdAt),
  });
}
