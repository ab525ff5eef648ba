const DAY_MS = 86_400_000;
/** How far a zone is looked at at once. */
const AHEAD_MS = 400 * DAY_MS;
/** A fold is over after this at the latest. */
const BEHIND_MS = 2 * DAY_MS;

/** A moment at which clocks are set forward or back; offsets from UTC in ms. */
export interface ZoneChange {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

const zones = new Map<string, Zone>();

/** When the clocks of an IANA zone show what, from the data that Node has. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  /** Every change between `#from` and `#to`, in their order. */
  #changes: ZoneChange[] = [];
  #from = Number.NaN;
  #to = Number.NaN;
  /** Before every change. */
  #first = 0;

  /** Looked at once in a process. @throws RangeError when there is no such zone */
  static of(timezone: string): Zone {
    const zone = zones.get(timezone) ?? new Zone(timezone);
    zones.set(timezone, zone);
    return zone;
  }

  private constructor(timeZone: string) {
    const number = "numeric";
    const date = { year: number, month: number, day: number } as const;
    const time = { hour: number, minute: number, second: number } as const;
    this.#format = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", ...date, ...time });
  }

  offsetAt(at: number): number {
    this.#cover(at);
    return this.#changes.findLast((change) => change.at <= at)?.after ?? this.#first;
  }

  /** Takes 5 µs, so it is asked for once a day of the zone's year. */
  #look(at: number): number {
    const second = Math.floor(at / 1_000) * 1_000;
    const said: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(second)) said[type] = Number(value);
    const { year = 0, month = 1, day, hour, minute } = said;
    return Date.UTC(year, month - 1, day, hour, minute, said.second) - second;
  }

  /** The last change at or before `at`, when it was not long ago. */
  changeBefore(at: number): ZoneChange | undefined {
    this.#cover(at);
    return this.#changes.findLast((change) => change.at <= at && change.at > at - BEHIND_MS);
  }

  /** The first change after `at`; where none comes for a year, a moment at which nothing changes. */
  changeAfter(at: number): ZoneChange {
    this.#cover(at);
    const found = this.#changes.find((change) => change.at > at);
    if (found) return found;
    const offset = this.#changes.at(-1)?.after ?? this.#first;
    return { at: this.#to, before: offset, after: offset };
  }

  /** Sees to it that what is around `at` was looked at. */
  #cover(at: number): void {
    if (at - BEHIND_MS >= this.#from && at + DAY_MS < this.#to) return;
    // What is asked for next is close to what was asked for before, or nobody asks for that again.
    const goesOn = at - BEHIND_MS >= this.#from && at < this.#to + AHEAD_MS;
    const start = goesOn ? this.#to : at - BEHIND_MS;
    if (!goesOn) {
      this.#from = start;
      this.#changes = [];
      this.#first = this.#look(start);
    }
    this.#to = Math.max(start, at) + AHEAD_MS;
    for (let day = start, before = this.#look(start); day < this.#to; day += DAY_MS) {
      const end = Math.min(day + DAY_MS, this.#to);
      const after = this.#look(end);
      if (after !== before) this.#changes.push({ at: this.#find(day, end, before), before, after });
      before = after;
    }
  }

  /** The first second after `from` with another offset. */
  #find(from: number, to: number, before: number): number {
    let [low, high] = [Math.floor(from / 1_000), Math.floor(to / 1_000)];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#look(middle * 1_000) === before) low = middle;
      else high = middle;
    }
    return high * 1_000;
  }
}
