import type { SchedulePlan } from "../../plan/index.ts";

/** One orchestra's schedule, as it is to be followed. */
export interface Followed {
  readonly id: string;
  readonly schedule: SchedulePlan;
  /** Every instant up to this one is decided. */
  readonly cursor: number;
  /** Instants after the cursor that are decided all the same: the clock was set back since. */
  readonly decided: ReadonlySet<number>;
  /** Runs of it that have not ended, the oldest first. */
  readonly open: readonly string[];
  /** The first instant of its schedule after a moment. */
  readonly after: (at: number) => number | undefined;
}

/** Why an instant has no run. */
export type SkipReason =
  /** Nobody was there; with `until` also not at any instant from this one until then. */
  | { readonly why: "missed"; readonly until?: number }
  /** This run was still under way. */
  | { readonly why: "overlap"; readonly run?: string };

export type Verdict =
  /** `replaces`: runs that are ended before. */
  | { readonly is: "fire"; readonly instant: number; readonly replaces: readonly string[] }
  | { readonly is: "skip"; readonly instant: number; readonly reason: SkipReason };

export interface Decided {
  /** In the order of their instants. */
  readonly verdicts: readonly Verdict[];
  /** When there is something to decide again, Unix ms; `undefined` when never. */
  readonly nextAt: number | undefined;
}

/** Somebody who looks within this after an instant was there. */
export const ON_TIME_MS = 60_000;
const DAY_MS = 86_400_000;
/** What was missed longer ago is told as one: nobody reads a row for each minute of a year. */
const TOLD_MS = DAY_MS;
const MOST_TOLD = 10_000;

/**
 * What becomes of the instants of a schedule that have come. Pure: the same facts give the same verdicts, on any machine.
 *
 * - **S1** Every instant after the cursor that has come has one verdict, and none has two. What is decided already has none.
 * - **S2** Who is on time plays each of them. Of those at which nobody was there `catchUp` chooses: `none`; the `last` one of
 *   a day, unless one is on time; `all`, the newest `max` of a window.
 * - **S3** Where a run is still under way `overlap` decides, also between the runs of one decision.
 * - **S4** Jitter moves a run, never an instant; the order of the instants stays.
 */
export function decide(followed: Followed, now: number): Decided {
  const { due, missedFrom, nextAt } = dueOf(followed, now);
  const chosen = chooseCaughtUp(followed, due, now);
  const verdicts: Verdict[] = [];
  if (missedFrom !== undefined) {
    const reason = { why: "missed", until: due[0] ?? now } as const;
    verdicts.push({ is: "skip", instant: missedFrom, reason });
  }
  const { overlap } = followed.schedule;
  let open: readonly (string | undefined)[] = followed.open;
  for (const instant of due) {
    if (!chosen.has(instant)) verdicts.push({ is: "skip", instant, reason: { why: "missed" } });
    else if (overlap === "skip" && open.length > 0) {
      const [run] = open;
      verdicts.push({
        is: "skip",
        instant,
        reason: { why: "overlap", ...(run === undefined ? {} : { run }) },
      });
    } else {
      const replaces = overlap === "replace" ? followed.open.filter((run) => open.includes(run)) : [];
      verdicts.push({ is: "fire", instant, replaces });
      open = overlap === "replace" ? [undefined] : [...open, undefined];
    }
  }
  return { verdicts, nextAt };
}

interface Due {
  /** Those that have come and are not decided, the oldest first. */
  readonly due: readonly number[];
  /** The first of those that are told as one. */
  readonly missedFrom: number | undefined;
  readonly nextAt: number | undefined;
}

function dueOf({ id, schedule, cursor, decided, after }: Followed, now: number): Due {
  const { jitterMs, catchUp } = schedule;
  const windowMs = typeof catchUp === "object" ? Math.max(TOLD_MS, catchUp.all.windowMs) : TOLD_MS;
  const from = Math.max(cursor, now - windowMs - jitterMs - 1);
  const due: number[] = [];
  let first = from > cursor ? after(cursor) : undefined;
  while (first !== undefined && decided.has(first)) first = after(first);
  if (first !== undefined && first > from) first = undefined;
  for (let at = from; ; ) {
    const instant = after(at);
    if (instant === undefined) return { due, missedFrom: first, nextAt: undefined };
    const playedAt = instant + jitterOf(id, instant, jitterMs);
    if (playedAt > now) return { due, missedFrom: first, nextAt: playedAt };
    at = instant;
    if (decided.has(instant)) continue;
    due.push(instant);
    if (due.length > MOST_TOLD) first ??= due.shift()!;
    if (due.length > MOST_TOLD) due.shift();
  }
}

/** Those that are played, of those that have come. */
function chooseCaughtUp(
  { id, schedule }: Followed,
  due: readonly number[],
  now: number,
): ReadonlySet<number> {
  const { catchUp, jitterMs } = schedule;
  const isOnTime = (instant: number) => now - instant - jitterOf(id, instant, jitterMs) <= ON_TIME_MS;
  const onTime = due.filter(isOnTime);
  const missed = due.filter((instant) => !isOnTime(instant));
  if (catchUp === "none") return new Set(onTime);
  if (catchUp === "last") {
    const last = onTime.length === 0 ? missed.at(-1) : undefined;
    return new Set(last !== undefined && last >= now - DAY_MS ? [last] : onTime);
  }
  const { max, windowMs } = catchUp.all;
  const newest = missed.filter((instant) => instant >= now - windowMs).slice(-max);
  return new Set([...(max > 0 ? newest : []), ...onTime]);
}

/** How much later the run of an instant begins: 0 to `jitterMs`, the same whoever asks. FNV-1a over both names. */
export function jitterOf(id: string, instant: number, jitterMs: number): number {
  if (jitterMs <= 0) return 0;
  let hash = 0x811c9dc5;
  for (const char of `${id} ${instant}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return (hash >>> 0) % (jitterMs + 1);
}
