import type { SchedulePlan } from "../../../src/plan/index.ts";
import { decide, jitterOf, ON_TIME_MS, type Verdict } from "../../../src/services/scheduler/decide.ts";
import { CronInstants } from "../../../src/support/cron-instants.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Numbers between 0 and 1 that a seed decides. @see https://en.wikipedia.org/wiki/Xorshift */
export function random(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const CRONS = [
  "0 9 * * 1-5",
  "0 */6 * * *",
  "30 2 * * *",
  "*/30 8-17 * * *",
  "0 0 1 * *",
  "15 * * * *",
  "0,20,40 3 * * *",
];
const ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Etc/UTC"];
const OVERLAPS = ["skip", "queue", "replace", "allow"] as const;

function drawSchedule(draw: () => number): SchedulePlan {
  const pick = <T>(all: readonly T[]) => all[Math.floor(draw() * all.length)]!;
  const all = { max: 1 + Math.floor(draw() * 5), windowMs: Math.ceil(draw() * 72) * HOUR_MS };
  return {
    cron: pick(CRONS),
    timezone: pick(ZONES),
    overlap: pick(OVERLAPS),
    catchUp: pick(["none", "last", { all }] as const),
    jitterMs: draw() < 0.3 ? Math.floor(draw() * 10 * MINUTE_MS) : 0,
  };
}

/** What one orchestra's simulated years came to; `wrong` says what must not be. */
export interface Simulated {
  readonly instants: number;
  readonly fired: number;
  readonly outages: number;
  readonly wrong: readonly string[];
}

/**
 * Follows the schedule of one orchestra through `years` with a clock that goes on by itself: looked at when something comes, at
 * every 30 s around that at the latest, and in between there are outages, clocks that are set, and edits. What is written down is
 * compared with all instants that there were, found without `decide`.
 */
export function simulateOrchestra(seed: number, years: number): Simulated {
  const draw = random(seed);
  const world = new World(draw);
  const end = world.now + years * 365 * DAY_MS;
  while (world.now < end) {
    const chance = draw();
    if (chance < 0.01) world.outage(draw() * (draw() < 0.2 ? 90 * DAY_MS : 3 * DAY_MS));
    else if (chance < 0.015) world.setBack(draw() * 3 * HOUR_MS);
    else if (chance < 0.02) world.edit(drawSchedule(draw));
    else world.goOn();
    world.look();
  }
  world.check();
  return world;
}

class World implements Simulated {
  now = Date.UTC(2026, 0, 1, 12);
  instants = 0;
  fired = 0;
  outages = 0;
  readonly wrong: string[] = [];
  readonly #draw: () => number;
  #schedule: SchedulePlan;
  #times: CronInstants;
  #cursor = this.now;
  #editedAt = this.now;
  /** The cursor before the clock was set back. */
  #decidedUntil = this.now;
  #nextAt: number | undefined = this.now;
  /** Of this schedule: what became of each instant, and until when the one row for many counts. */
  #written = new Map<number, Verdict>();
  /** Runs that have not ended, and when they will. */
  #open = new Map<string, number>();

  constructor(draw: () => number) {
    this.#draw = draw;
    this.#schedule = drawSchedule(draw);
    this.#times = new CronInstants(this.#schedule.cron, this.#schedule.timezone);
  }

  /** To where something comes, or to the next look. */
  goOn(): void {
    const next = this.#nextAt ?? this.now + 30 * DAY_MS;
    // Looks every 30 s decide nothing; only the last before the instant, and one that comes late, can matter.
    this.now = Math.max(this.now + 1, next + (this.#draw() < 0.3 ? Math.floor(this.#draw() * 30_000) : 0));
  }

  outage(ms: number): void {
    this.outages++;
    this.now += Math.ceil(ms);
  }

  setBack(ms: number): void {
    this.now -= Math.floor(ms);
    // As the scheduler does when it finds its cursor ahead.
    this.#decidedUntil = Math.max(this.#decidedUntil, this.#cursor);
    if (this.#cursor > this.now) this.#cursor = this.now;
  }

  edit(schedule: SchedulePlan): void {
    this.check();
    this.#editedAt = this.now;
    this.#schedule = schedule;
    this.#times = new CronInstants(schedule.cron, schedule.timezone);
    this.#cursor = this.now;
    this.#written = new Map();
  }

  look(): void {
    const { now } = this;
    for (const [run, until] of this.#open) if (until <= now) this.#open.delete(run);
    const openBefore = [...this.#open.keys()];
    const before = this.#cursor;
    const isBack = before < this.#decidedUntil;
    const decided = new Set(isBack ? [...this.#written.keys()].filter((at) => at > before) : []);
    const { verdicts, nextAt } = decide(
      {
        id: "one",
        schedule: this.#schedule,
        cursor: before,
        decided,
        open: openBefore,
        after: (at) => this.#times.after(at),
      },
      now,
    );
    this.#nextAt = nextAt;
    this.#checkPolicy(verdicts, openBefore);
    for (const verdict of verdicts) this.#write(verdict);
  }

  #write(verdict: Verdict): void {
    const { instant } = verdict;
    if (this.#written.has(instant)) this.wrong.push(`${this.#told(instant)} was decided twice`);
    if (instant > this.now) this.wrong.push(`${this.#told(instant)} had not come`);
    this.#written.set(instant, verdict);
    this.#cursor = Math.max(this.#cursor, instant);
    if (verdict.is !== "fire") return;
    this.fired++;
    for (const run of verdict.replaces) this.#open.delete(run);
    this.#open.set(`run ${instant}`, this.now + Math.floor(this.#draw() ** 4 * 12 * HOUR_MS));
  }

  /** What policies promise, counted from what was missed and not from how it was decided. */
  #checkPolicy(verdicts: readonly Verdict[], open: readonly string[]): void {
    const { catchUp, overlap, jitterMs } = this.#schedule;
    const isMissed = ({ instant }: Verdict) =>
      this.now - instant - jitterOf("one", instant, jitterMs) > ON_TIME_MS;
    const late = verdicts.filter((one) => isMissed(one) && one.is === "fire");
    const most = catchUp === "none" ? 0 : catchUp === "last" ? 1 : catchUp.all.max;
    if (late.length > most) this.wrong.push(`${late.length} runs were caught up, and ${most} is the most`);
    const windowMs = typeof catchUp === "object" ? catchUp.all.windowMs : DAY_MS;
    if (late.some(({ instant }) => instant < this.now - windowMs))
      this.wrong.push("one was caught up from before the window");
    const newest = verdicts.filter(isMissed).at(-1);
    const isLastDue = catchUp === "last" && verdicts.length > 0 && verdicts.every(isMissed);
    const isFree = overlap !== "skip" || open.length === 0;
    if (isLastDue && isFree && newest!.instant >= this.now - DAY_MS && newest!.is !== "fire")
      this.wrong.push(`the last one, ${this.#told(newest!.instant)}, was not caught up`);
    if (verdicts.some((one) => !isMissed(one) && one.is === "skip" && one.reason.why === "missed"))
      this.wrong.push("one on time counts as missed");
    const fires = verdicts.filter(({ is }) => is === "fire").length;
    if (overlap === "skip" && fires > (open.length > 0 ? 0 : 1)) this.wrong.push("runs overlap");
    const isSkipped = verdicts.some((one) => one.is === "skip" && one.reason.why === "overlap");
    if (overlap !== "skip" && isSkipped)
      this.wrong.push(`an instant was skipped although "${overlap}" is said`);
  }

  /** Every instant since the schedule was edited has a verdict, by itself or with others. */
  check(): void {
    let covered = Number.NEGATIVE_INFINITY;
    for (let next = this.#times.after(this.#editedAt); next !== undefined && next <= this.#cursor; ) {
      this.instants++;
      const verdict = this.#written.get(next);
      if (verdict?.is === "skip" && verdict.reason.why === "missed")
        covered = Math.max(covered, verdict.reason.until ?? covered);
      if (!verdict && next >= covered) this.wrong.push(`${this.#told(next)} was forgotten`);
      next = this.#times.after(next);
    }
  }

  #told(instant: number): string {
    const { cron, timezone } = this.#schedule;
    return `${new Date(instant).toISOString()} of "${cron}" in ${timezone}`;
  }
}
