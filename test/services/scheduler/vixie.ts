/**
 * What Vixie's cron does, minute by minute, written down from its manual and its main loop and from nothing else: the measure
 * for ours. It knows numbers, lists, ranges and steps.
 */
const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const DAY_MINUTES = 1_440;

interface Fields {
  readonly minute: ReadonlySet<number>;
  readonly hour: ReadonlySet<number>;
  readonly day: ReadonlySet<number>;
  readonly month: ReadonlySet<number>;
  readonly weekday: ReadonlySet<number>;
  readonly isDayStar: boolean;
  readonly isWeekdayStar: boolean;
  /** Every so often, not at a time on the wall. */
  readonly isWild: boolean;
}

/** The minutes, Unix ms, at which each of `crons` is due in `timezone`, from `from` (exclusive) to `to`. */
export function vixie(
  crons: readonly string[],
  timezone: string,
  [from, to]: readonly [number, number],
): number[][] {
  const all = crons.map(toFields);
  const due: Set<number>[] = crons.map(() => new Set());
  const wallOf = wallClock(timezone);
  // The last minute on the wall for which what has a fixed time was looked for.
  let virtual = wallOf(from);
  for (let at = from + MINUTE_MS; at <= to; at += MINUTE_MS) {
    const wall = wallOf(at);
    for (const [i, fields] of all.entries()) {
      if (fields.isWild && matches(fields, wall)) due[i]!.add(at);
    }
    // Set back: fixed times wait until the clock shows a minute that was not there yet.
    for (; virtual < wall; virtual++)
      for (const [i, fields] of all.entries())
        if (!fields.isWild && matches(fields, virtual + 1)) due[i]!.add(at);
  }
  return due.map((instants) => [...instants]);
}

/** Minutes since 1970 as the clocks of a zone show them; each quarter of an hour is asked for by itself. */
function wallClock(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  let [quarter, wall] = [Number.NaN, Number.NaN];
  return (at) => {
    const of = Math.floor(at / QUARTER_MS);
    if (of !== quarter) {
      quarter = of;
      wall = Date.parse(`${format.format(of * QUARTER_MS).replace(" ", "T")}Z`) / MINUTE_MS;
    }
    return wall + (at - of * QUARTER_MS) / MINUTE_MS;
  };
}

function matches(fields: Fields, wall: number): boolean {
  const ofDay = wall % DAY_MINUTES;
  if (!fields.minute.has(ofDay % 60) || !fields.hour.has(Math.floor(ofDay / 60))) return false;
  const date = new Date(wall * MINUTE_MS);
  if (!fields.month.has(date.getUTCMonth() + 1)) return false;
  const isDay = fields.day.has(date.getUTCDate());
  const isWeekday = fields.weekday.has(date.getUTCDay());
  // When both say something, either will do.
  return fields.isDayStar || fields.isWeekdayStar ? isDay && isWeekday : isDay || isWeekday;
}

function toFields(cron: string): Fields {
  const [minute, hour, day, month, weekday] = cron.split(" ") as [string, string, string, string, string];
  const days = toSet(weekday, 0, 7);
  return {
    minute: toSet(minute, 0, 59),
    hour: toSet(hour, 0, 23),
    day: toSet(day, 1, 31),
    month: toSet(month, 1, 12),
    weekday: days.has(7) ? new Set([...days, 0]) : days,
    isDayStar: day.startsWith("*"),
    isWeekdayStar: weekday.startsWith("*"),
    isWild: minute.startsWith("*") || hour.startsWith("*"),
  };
}

function toSet(field: string, least: number, most: number): ReadonlySet<number> {
  const set = new Set<number>();
  for (const part of field.split(",")) {
    const [range = "", step = "1"] = part.split("/");
    const [low, high = low] = range === "*" ? [least, most] : range.split("-").map(Number);
    for (let n = low!; n <= high!; n += Number(step)) set.add(n);
  }
  return set;
}
