import { CronInstants } from "../support/cron-instants.ts";

export interface Times {
  readonly cron: string;
  readonly timezone: string;
}

const YEAR_MS = 366 * 86_400_000;
/** A schedule is due once a minute at the most. */
const LEAST_GAP_MS = 60_000;
const MOST_INSTANTS = 1_000;

/** The first instant at or after `from` at which it is due; `null` when it never is, `undefined` when no clock could say. */
export function nextTime({ cron, timezone }: Times, from: Date): Date | null | undefined {
  try {
    const at = new CronInstants(cron, timezone).after(from.getTime());
    return at === undefined ? null : new Date(at);
  } catch {
    return undefined;
  }
}

/** The next `count` instants after `from`, Unix ms; fewer when there are no more, none when no clock can follow it. */
export function nextTimes(times: Times, from: number, count: number): number[] {
  const found: number[] = [];
  for (let at = from; found.length < count; ) {
    const next = nextTime(times, new Date(at));
    if (!next) break;
    at = next.getTime();
    found.push(at);
  }
  return found;
}

/** The shortest time between two of its instants in the year after `from`, of its first 1,000. */
export function shortestGapMs({ cron, timezone }: Times, from: Date): number | undefined {
  try {
    const times = new CronInstants(cron, timezone);
    let shortest: number | undefined;
    let before = times.after(from.getTime());
    for (let i = 1; before && i < MOST_INSTANTS && shortest !== LEAST_GAP_MS; i++) {
      const next = times.after(before);
      if (next === undefined || next - from.getTime() > YEAR_MS) break;
      const gap = next - before;
      shortest = Math.min(gap, shortest ?? gap);
      before = next;
    }
    return shortest;
  } catch {
    return undefined;
  }
}
