import { Cron } from "croner";
import { Zone } from "./zone.ts";

const YEAR_MS = 366 * 86_400_000;
/** 29 February comes back within 8 years, also around 2100. */
const FARTHEST_MS = 9 * YEAR_MS;

/**
 * The instants of a cron expression of five fields in an IANA zone, by the rules of Vixie's cron.
 *
 * With fixed minutes and hours it means times on the wall: one that the clock skips in spring is due when the gap ends, once,
 * and one that comes twice in autumn is due the first time. With `*` at the beginning of the minute or the hour it means
 * every so often: then it follows real time, and nothing is skipped or doubled.
 * @see https://github.com/vixie/cron `cron(8)`, "local time changes"
 */
export class CronInstants {
  readonly #cron: Cron;
  readonly #zone: Zone;
  readonly #isInterval: boolean;

  /** @throws Error when no clock could follow it */
  constructor(cron: string, timezone: string) {
    const [minute = "", hour = "", ...rest] = cron.trim().split(/\s+/);
    // What has a colon croner takes for a date.
    if (rest.length !== 3 || cron.includes(":")) throw new Error("a cron expression has five fields");
    // The fields are looked for on the wall, of which the zone knows when it shows what.
    this.#cron = new Cron(cron, { utcOffset: 0, mode: "5-part", paused: true });
    this.#zone = Zone.of(timezone);
    this.#isInterval = /^[*?]/.test(minute) || /^[*?]/.test(hour);
  }

  /** The first after `at`, Unix ms; `undefined` when it is never due again. */
  after(at: number): number | undefined {
    let change = this.#zone.changeBefore(at);
    let offset = this.#zone.offsetAt(at);
    // From change to change: between two of them the clock shows each minute once.
    for (let start = at, from = at; start < at + FARTHEST_MS; ) {
      const next = this.#zone.changeAfter(start);
      const isFold = change !== undefined && change.after < change.before;
      // The clock shows these minutes the second time.
      const isAgainUntil = isFold && !this.#isInterval ? change!.at + change!.before - change!.after : from;
      const wall = this.#wallAfter(Math.max(from, isAgainUntil - 1) + offset);
      if (wall === undefined) return undefined;
      if (wall - offset < next.at) return wall - offset;
      if (next.after > next.before && !this.#isInterval && this.#isSkipped(next)) return next.at;
      change = next;
      offset = next.after;
      start = next.at;
      from = next.at - 1;
    }
    return undefined;
  }

  /** Is one of its times among those that the clock passes over? */
  #isSkipped({
    at,
    before,
    after,
  }: {
    readonly at: number;
    readonly before: number;
    readonly after: number;
  }): boolean {
    const wall = this.#wallAfter(at + before - 1);
    return wall !== undefined && wall < at + after;
  }

  /** What a clock on the wall shows, as if it were in UTC. */
  #wallAfter(wall: number): number | undefined {
    return this.#cron.nextRun(new Date(wall))?.getTime();
  }
}
