import { MaestroError } from "../../diagnostics/index.ts";
import type { Play } from "../../engine/index.ts";
import { planOfRow } from "../../operations/deploy-changes.ts";
import { effectiveOrchestra, type OrchestraPlan, type SchedulePlan } from "../../plan/index.ts";
import type { OccurrenceRow, OrchestraRow } from "../../store/orchestra-store.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../support/clock.ts";
import { CronInstants } from "../../support/cron-instants.ts";
import { toReason } from "../../support/to-reason.ts";
import type { Log } from "../orchestrator/log.ts";
import { type ClockWatch, watchClock } from "./clock-watch.ts";
import { decide, jitterOf, type Verdict } from "./decide.ts";
import { dueTriggers } from "./due-triggers.ts";

/** The wall clock is looked at this often at least. */
const LOOK_MS = 30_000;
/** A cursor this far ahead was written before the clock was set back. */
const AHEAD_MS = 1_000;

export interface SchedulerOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Time that nobody sets, in ms. */
  readonly steadyNow: () => number;
  readonly log: Log;
  /** The wall clock was set, or the machine was asleep. */
  readonly onJump?: () => void;
  /** Begins a run of an orchestra for an instant; what it gives is durable with that. */
  readonly begin: (due: DueRun) => Promise<Play>;
  /** Ends a run for good that another one takes the place of. */
  readonly replace: (run: string, by: string) => Promise<unknown>;
  /** How many runs of an orchestra may be under way at once. */
  readonly limit: (orchestra: string, most: number | undefined) => void;
  /** The store cannot be read or written any more. */
  readonly onLost: (error: unknown) => void;
}

export interface DueRun {
  readonly row: OrchestraRow;
  readonly plan: OrchestraPlan;
  readonly instant: number;
  readonly input: unknown;
}

/** What has been seen since it was started. */
export interface Seen {
  fired: number;
  skipped: number;
  /** Of those, because nobody was there. */
  missed: number;
  failed: number;
  /** Of the runs that began last, at most 1,000: how long after their time, in ms. */
  readonly lagsMs: number[];
}

const MOST_LAGS = 1_000;

/** Follows the schedules and triggers of everything that is deployed and enabled. */
export class Scheduler {
  readonly seen: Seen = { fired: 0, skipped: 0, missed: 0, failed: 0, lagsMs: [] };
  readonly #options: SchedulerOptions;
  readonly #clockWatch: ClockWatch;
  readonly #instants = new Map<string, CronInstants>();
  /** The first instant after its cursor, of each orchestra: it changes only when one of them does. */
  readonly #pending = new Map<string, Pending>();
  readonly #plans = new Map<string, { readonly definition: string; readonly plan: OrchestraPlan }>();
  /** Orchestras whose runs others begin after. */
  #awaited = new Set<string>();
  /** Orchestras of which something is being decided. */
  readonly #busy = new Map<string, Promise<void>>();
  #looking: Promise<void> | undefined;
  #isAskedAgain = false;
  #isStopped = false;
  #cancelTimer: (() => void) | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#clockWatch = watchClock(options);
  }

  /** Says how many runs of each may be under way, before one of them goes on. */
  async limits(): Promise<void> {
    const { store, limit } = this.#options;
    for (const row of await store.orchestras.list()) limit(row.id, mostOf(planOfRow(row)));
  }

  /** Resolves when it has looked once. From then on it looks by itself. */
  start(): Promise<void> {
    return this.look();
  }

  /** Looks now: something may have come, or have changed. */
  look(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    this.#isAskedAgain = this.#looking !== undefined;
    this.#looking ??= this.#lookAgain().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Looks when a run that others wait for has come to rest: most runs nobody waits for. */
  async hearOfRest(run: string): Promise<void> {
    if (this.#isStopped || this.#awaited.size === 0) return;
    // A store that cannot be read says so to whoever looks.
    const row = await this.#options.store.run(run).catch(() => undefined);
    if (row?.orchestra && this.#awaited.has(row.orchestra)) await this.look();
  }

  /** Is nothing being looked at or decided? */
  get isSettled(): boolean {
    return this.#looking === undefined && this.#busy.size === 0;
  }

  /** Decides nothing more. Resolves when what was being decided is. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer?.();
    await this.#looking;
    await Promise.allSettled(this.#busy.values());
  }

  async #lookAgain(): Promise<void> {
    try {
      do {
        this.#isAskedAgain = false;
        const nextAt = await this.#lookOnce();
        this.#wakeAt(nextAt);
      } while (this.#isAskedAgain && !this.#isStopped);
    } catch (error) {
      this.#options.log.error("schedules cannot be followed", { why: toReason(error) });
      this.#options.onLost(error);
    }
  }

  #wakeAt(at: number): void {
    this.#cancelTimer?.();
    if (this.#isStopped) return;
    const { clock } = this.#options;
    const waitMs = Math.min(LOOK_MS, Math.max(1, at - clock.now()));
    this.#clockWatch.expect(waitMs);
    this.#cancelTimer = clock.after(waitMs, () => void this.look());
  }

  /** @returns when something comes next, Unix ms */
  async #lookOnce(): Promise<number> {
    const { store, clock, limit } = this.#options;
    this.#clockWatch.look();
    // Who has nothing to write would play on in a file that nobody finds any more.
    store.checkFiles();
    const [rows, overrides] = await Promise.all([store.orchestras.list(), store.orchestras.overrides()]);
    const overridden = Map.groupBy(overrides, ({ orchestra }) => orchestra);
    const awaited = new Set<string>();
    let nextAt = Number.POSITIVE_INFINITY;
    for (const row of rows) {
      const said = overridden.get(row.id) ?? [];
      const { plan, isEnabled, isPaused } = effectiveOrchestra(this.#planOf(row), said);
      limit(row.id, mostOf(plan));
      if (!isEnabled || isPaused) continue;
      for (const one of plan.on ?? []) {
        if (one.is !== "runOf") continue;
        awaited.add(one.orchestra);
        // At once: a run of it may come to rest while the others are looked at.
        this.#awaited.add(one.orchestra);
      }
      if (this.#busy.has(row.id)) continue;
      const cursor = await this.#cursorOf(row);
      const enabledAt = said.find(({ field }) => field === "enabled")?.at ?? 0;
      const since = Math.max(enabledAt, row.createdAt);
      nextAt = Math.min(nextAt, await this.#lookAt({ row, plan, cursor, since }, clock.now()));
    }
    this.#awaited = awaited;
    return nextAt;
  }

  /** Where it goes on from: now, when it was enabled by nobody who said when, or when the clock was set back. */
  async #cursorOf({ id, cursor }: OrchestraRow): Promise<number> {
    const { store, clock, log } = this.#options;
    const now = clock.now();
    if (cursor !== null && cursor <= now + AHEAD_MS) return cursor;
    if (cursor !== null) log.warn("the clock was set back", { orchestra: id, decidedUntil: toIso(cursor) });
    await store.orchestras.override({
      put: [],
      removed: [],
      cursors: [{ orchestra: id, at: now }],
      audit: [],
    });
    return now;
  }

  async #lookAt({ row, plan, cursor, since }: Looking, now: number): Promise<number> {
    const { store } = this.#options;
    const { id } = row;
    const due: Due[] = [];
    const { schedule } = plan;
    const instants = schedule && this.#instantsOf(id, schedule);
    let [pending, nextAt] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    if (schedule && instants) {
      const after = (at: number) => instants.after(at);
      pending = this.#pendingOf(id, cursor, instants);
      nextAt = pending + jitterOf(id, pending, schedule.jitterMs);
      if (nextAt <= now) {
        const [open, known] = await Promise.all([
          store.orchestras.openRuns(id),
          store.orchestras.occurrences({ orchestra: id, since: cursor + 1, limit: 100_000 }),
        ]);
        const decided = new Set(known.map(({ instant }) => instant));
        const { verdicts, nextAt: next } = decide({ id, schedule, cursor, decided, open, after }, now);
        due.push(...verdicts.map((verdict) => ({ ...verdict, input: plan.input })));
        pending = after(verdicts.at(-1)?.instant ?? cursor) ?? Number.POSITIVE_INFINITY;
        nextAt = next ?? Number.POSITIVE_INFINITY;
      }
    }
    // The cursor passes no instant that waits for its jitter.
    for (const one of await dueTriggers(store, { id, plan, cursor, since }))
      if (one.instant < pending) due.push({ ...one, replaces: [] });
    if (due.length > 0)
      this.#settle(
        row,
        plan,
        due.sort((a, b) => a.instant - b.instant),
      );
    return nextAt;
  }

  #pendingOf(id: string, cursor: number, instants: CronInstants): number {
    const known = this.#pending.get(id);
    if (known?.cursor === cursor && known.of === instants) return known.at;
    const at = instants.after(cursor) ?? Number.POSITIVE_INFINITY;
    this.#pending.set(id, { cursor, of: instants, at });
    return at;
  }

  #planOf(row: OrchestraRow): OrchestraPlan {
    const known = this.#plans.get(row.id);
    if (known?.definition === row.definition) return known.plan;
    const plan = planOfRow(row);
    this.#plans.set(row.id, { definition: row.definition, plan });
    return plan;
  }

  /** `undefined` of a schedule that no clock can follow: an operator may have said one. */
  #instantsOf(id: string, { cron, timezone }: SchedulePlan): CronInstants | undefined {
    const key = `${cron}\n${timezone}`;
    try {
      const instants = this.#instants.get(key) ?? new CronInstants(cron, timezone);
      this.#instants.set(key, instants);
      return instants;
    } catch (error) {
      this.#options.log.error("no clock can follow this schedule", {
        orchestra: id,
        cron,
        timezone,
        why: toReason(error),
      });
      return undefined;
    }
  }

  /** Meanwhile nothing else of this orchestra is decided. */
  #settle(row: OrchestraRow, plan: OrchestraPlan, due: readonly Due[]): void {
    const settling = this.#settleAll(row, plan, due)
      .catch((error: unknown) => {
        // Somebody ends the process: who comes next decides it.
        if (error instanceof MaestroError && error.code === "MR2012") return;
        this.#options.log.error("what is due cannot be written down", {
          orchestra: row.id,
          why: toReason(error),
        });
        this.#options.onLost(error);
      })
      .then(() => {
        this.#busy.delete(row.id);
        void this.look();
      });
    this.#busy.set(row.id, settling);
  }

  /** In the order of the instants: the cursor passes none that is not written down. */
  async #settleAll(row: OrchestraRow, plan: OrchestraPlan, due: readonly Due[]): Promise<void> {
    let skipped: OccurrenceRow[] = [];
    for (const one of due) {
      if (one.is === "skip") {
        skipped.push(occurrence(row.id, one.instant, "skipped", one.reason));
        continue;
      }
      await this.#write(row.id, skipped);
      skipped = [];
      if (this.#isStopped) return;
      await this.#fire(row, plan, one);
    }
    await this.#write(row.id, skipped);
  }

  async #write(orchestra: string, occurrences: readonly OccurrenceRow[]): Promise<void> {
    const last = occurrences.at(-1);
    if (!last) return;
    const { store, log } = this.#options;
    await store.orchestras.decide({ orchestra, until: last.instant, occurrences });
    for (const { instant, status, reason } of occurrences) {
      if (status === "skipped") this.seen.skipped++;
      if (status === "skipped" && reason?.includes('"missed"')) this.seen.missed++;
      log.info(`instant ${status}`, { orchestra, instant: toIso(instant), ...JSON.parse(reason ?? "{}") });
    }
  }

  async #fire(
    row: OrchestraRow,
    plan: OrchestraPlan,
    { instant, input, replaces }: Extract<Due, { is: "fire" }>,
  ) {
    const { begin, replace, log, clock } = this.#options;
    const playedAt = instant + jitterOf(row.id, instant, plan.schedule?.jitterMs ?? 0);
    try {
      for (const run of replaces) await replace(run, row.id);
      const { id } = await begin({ row, plan, instant, input });
      const lagMs = clock.now() - playedAt;
      this.seen.fired++;
      this.seen.lagsMs.push(lagMs);
      if (this.seen.lagsMs.length > MOST_LAGS) this.seen.lagsMs.shift();
      log.info("instant fired", { orchestra: row.id, instant: toIso(instant), run: id, lagMs });
    } catch (error) {
      if (error instanceof MaestroError && (error.code === "MR2012" || error.code.startsWith("MR1")))
        throw error;
      this.seen.failed++;
      await this.#write(row.id, [occurrence(row.id, instant, "failed", { why: toReason(error) })]);
    }
  }
}

/** Where a run waits for the one before, there is one at a time. */
function mostOf({ schedule, concurrency }: OrchestraPlan): number | undefined {
  return schedule?.overlap === "queue" ? 1 : concurrency;
}

interface Pending {
  readonly cursor: number;
  readonly of: CronInstants;
  readonly at: number;
}

interface Looking {
  readonly row: OrchestraRow;
  readonly plan: OrchestraPlan;
  readonly cursor: number;
  /** Ends of runs before this begin nothing. */
  readonly since: number;
}

type Due =
  | (Extract<Verdict, { is: "fire" }> & { readonly input: unknown })
  | Extract<Verdict, { is: "skip" }>;

function occurrence(
  orchestra: string,
  instant: number,
  status: OccurrenceRow["status"],
  reason: object,
): OccurrenceRow {
  return { orchestra, instant, status, reason: JSON.stringify(reason), run: null };
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}
