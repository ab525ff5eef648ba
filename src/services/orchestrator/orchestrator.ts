import { setImmediate, setTimeout } from "node:timers/promises";
import { MaestroError } from "../../diagnostics/index.ts";
import { type Engine, endingOf, type Outside, type Play, type Playable } from "../../engine/index.ts";
import { audited } from "../../operations/audited.ts";
import { chooseRevision, type Revision } from "../../operations/choose-revision.ts";
import { inTurn } from "../../operations/in-turn.ts";
import { checkMigration, migrateRun } from "../../operations/migrate-run.ts";
import { toMigrationData } from "../../operations/migration-data.ts";
import { rerunRun } from "../../operations/rerun-run.ts";
import { resumeRun } from "../../operations/resume-run.ts";
import { settleEdits } from "../../operations/settle-edits.ts";
import { startRun } from "../../operations/start-run.ts";
import type { RunRow, Store } from "../../store/store.ts";
import type { Clock } from "../../support/clock.ts";
import { toReason } from "../../support/to-reason.ts";
import { findRun } from "../../views/find-run.ts";
import { heldBy } from "../../views/held-by.ts";
import type { SaidRevision } from "../control-request.ts";
import { Alarms } from "./alarms.ts";
import { type Followed, FollowedRuns } from "./followed-runs.ts";
import type { Asked, Host, HostStatus } from "./host.ts";
import type { Log } from "./log.ts";

export interface OrchestratorOptions {
  readonly engine: Engine;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** The code that a run began with. */
  readonly playableOf: (row: RunRow) => Promise<Playable>;
  /**
   * The workspace's score as it is now.
   * @throws MaestroError MR2070 when its code is not the one of `hash`
   */
  readonly live: (score: string, hash: string) => Promise<Revision>;
  /** Ends the process that this is in; `lost`: because the store has failed like this. */
  readonly leave: (isNow: boolean, lost?: unknown) => void;
  /** What is due may be another thing now. */
  readonly onChange?: () => void;
  /** A run has come to rest: others may begin with that. */
  readonly onRest?: (run: string) => void;
  readonly facts: Pick<HostStatus, "pid" | "version" | "workspace">;
}

/** So many runs are taken up at once, after a start. */
const AT_ONCE = 100;
/** After so many others have their turn. */
const IN_A_TURN = 20;
/** Who follows a run that is still to be taken up asks again after this. */
const ASKED_AGAIN_MS = 100;
/** Code that is not there in this time is not waited for by the runs of other code. */
const PATIENCE_MS = 1_000;

/** It has ended or is played meanwhile, or nothing begins any more. */
const ELSEWHERE: ReadonlySet<string> = new Set(["MR2008", "MR2011", "MR2012"]);

/** Plays whatever can be played of one store, for as long as its process lives. */
export class Orchestrator implements Host {
  readonly #options: OrchestratorOptions;
  readonly #followed: FollowedRuns;
  readonly #startedAt: number;
  readonly #alarms: Alarms;
  readonly #stuck = new Map<string, string>();
  #state: HostStatus["state"] = "recovering";

  constructor(options: OrchestratorOptions) {
    this.#options = options;
    const { clock } = options;
    this.#followed = new FollowedRuns(clock.now);
    this.#startedAt = clock.now();
    this.#alarms = new Alarms(clock, (run) => void this.#wake(run));
  }

  /**
   * Goes on with every run that has not ended and that nobody holds: those under way first, then the queue in its order.
   * Several at once, because each waits until that it goes on is durable, and they share that.
   */
  async recover(): Promise<void> {
    const { store, log } = this.#options;
    const rows = inTurn(await store.unfinishedRuns()).filter((row) => row.parent === null && !heldBy(row));
    const [going, late] = [new Set<Promise<void>>(), new Set<Promise<void>>()];
    let count = 0;
    const goOn = (row: RunRow, playable: Playable | undefined) => {
      const goingOn = this.#goOn(row, playable).then((isGoing) => {
        going.delete(goingOn);
        if (isGoing) count++;
      });
      going.add(goingOn);
    };
    const [seen, slow] = [new Set<string>(), new Set<string>()];
    for (const [i, row] of rows.entries()) {
      if (this.#state === "draining") break;
      const { deployment } = row;
      const making = this.#playableOf(row);
      if (!seen.has(deployment) && !(await isInTime(making))) slow.add(deployment);
      seen.add(deployment);
      // One after the other, so that they ask for their slots in this order; code that takes long keeps only its own runs.
      if (slow.has(deployment)) late.add(making.then((playable) => goOn(row, playable)));
      else goOn(row, await making);
      if (going.size >= AT_ONCE) await Promise.race(going);
      // What goes on already, and whoever asks for something, is not to wait for a long queue.
      if (i % IN_A_TURN === 0) await setImmediate();
    }
    await Promise.all(late);
    await Promise.all(going);
    if (this.#state !== "recovering") return;
    this.#state = "ready";
    log.info("recovered", { runs: count, stuck: this.#stuck.size });
  }

  async #playableOf(row: RunRow): Promise<Playable | undefined> {
    try {
      return await this.#options.playableOf(row);
    } catch (error) {
      return this.#getStuck(row, error);
    }
  }

  /** One that cannot go on keeps nobody else from it. */
  async #goOn(row: RunRow, playable: Playable | undefined): Promise<boolean> {
    const { engine, store, clock } = this.#options;
    // Or somebody was faster and asked for it.
    if (!playable || engine.isKnown(row.id)) return false;
    try {
      const current = await store.run(row.id);
      if (!current || current.endedAt !== null || heldBy(current) || engine.isKnown(row.id)) return false;
      this.watch(await resumeRun({ engine, store, now: clock.now }, { row: current, playable }));
      return true;
    } catch (error) {
      if (!(error instanceof MaestroError && ELSEWHERE.has(error.code))) this.#getStuck(row, error);
      return false;
    }
  }

  /** The time of somebody's answer is over, or that of the whole run. */
  async #wake(run: string): Promise<void> {
    const { store, leave, log } = this.#options;
    if (this.#state === "draining") return;
    try {
      const row = await store.run(run);
      if (!row || row.endedAt !== null || heldBy(row)) return;
      log.info("time is over", { run, score: row.score });
      await this.#goOn(row, await this.#playableOf(row));
    } catch (error) {
      leave(true, error);
    }
  }

  #getStuck({ id, score }: RunRow, error: unknown): undefined {
    this.#stuck.set(id, toReason(error));
    this.#options.log.error("run cannot go on", { run: id, score, why: toReason(error) });
  }

  changed(): void {
    this.#options.onChange?.();
  }

  watch(play: Play): void {
    const { log, onRest } = this.#options;
    this.#stuck.delete(play.id);
    this.#alarms.set(play.id, undefined);
    play.ending.then(
      (ending) => {
        if (ending.is === "waiting") this.#alarms.set(play.id, ending.until);
        const why = ending.is === "failed" ? { step: ending.step, why: ending.error.message } : {};
        const say = ending.is === "failed" ? log.warn : log.info;
        say.call(log, "run came to rest", { run: play.id, as: ending.is, ...why });
        onRest?.(play.id);
      },
      // The store has failed: nothing can be recorded any more, and nothing played.
      (error: unknown) => {
        log.error("the store failed", { run: play.id, why: toReason(error) });
        this.#options.leave(true, error);
      },
    );
  }

  async start({ run, score, deployment, input, ...how }: Asked<"start">): ReturnType<Host["start"]> {
    const { engine, live } = this.#options;
    const { by, ...beginnings } = how;
    if (this.#state === "draining") return undefined;
    const { playable, deploy } = await live(score, deployment);
    return this.begin({ run, score }, async () => {
      await deploy();
      return startRun(engine, playable, input, {
        ...beginnings,
        id: run,
        ...(by === undefined ? {} : { by: { who: by, origin: "cli" } }),
      });
    });
  }

  async begin(
    { run, score }: Parameters<Host["begin"]>[0],
    make: () => Promise<Play>,
  ): ReturnType<Host["begin"]> {
    const { engine, store, log } = this.#options;
    if (this.#state === "draining") return undefined;
    // Its first answer was lost.
    if (engine.isKnown(run) || (await store.run(run))) return { run };
    const play = await make();
    // Whoever has asked for it hears it from its beginning.
    this.#followed.watch(play);
    this.watch(play);
    log.info("run begins", { run, score });
    return { run };
  }

  async rerun({ run, id, revision, set, ...how }: Asked<"rerun">): ReturnType<Host["rerun"]> {
    const { engine, store, clock, log } = this.#options;
    if (this.#state === "draining") return undefined;
    // Its first answer was lost.
    if (engine.isKnown(id) || (await store.run(id))) return { run: id };
    const row = await findRun(store, run);
    const code = await this.#revision(row, revision);
    const edits = settleEdits(set, code.playable);
    const tools = { engine, store, now: clock.now };
    const done = {
      run: row.id,
      who: how.by,
      action: "rerun",
      asked: { id, set, ...how },
      begins: id,
      isFollowed: true,
    } as const;
    const play = await audited(tools, done, rerunRun(tools, { ...how, ...code, id, row, set: edits }));
    this.#followed.watch(play);
    this.watch(play);
    log.info("run begins", { run: id, score: row.score, of: row.id });
    return { run: id };
  }

  async migrate({ run, revision, by, isMeant }: Asked<"migrate">): ReturnType<Host["migrate"]> {
    const { engine, store, clock, log } = this.#options;
    if (this.#state === "draining") return undefined;
    const row = await findRun(store, run);
    if (row.endedAt !== null) throw new MaestroError("MR2008", { run: row.id, status: row.status });
    const migrating = { row, by, ...(await this.#revision(row, revision)) };
    const tools = { engine, store, now: clock.now };
    if (!isMeant) return toMigrationData(await checkMigration(tools, migrating));
    const done = { run: row.id, who: by, action: "migrate", asked: migrating.playable.hash } as const;
    const migration = await audited(tools, done, migrateRun(tools, migrating));
    log.info("run migrated", { run: row.id, from: row.deployment, to: migration.to, by });
    return toMigrationData(migration);
  }

  #revision(row: RunRow, said: SaidRevision): Promise<Revision> {
    const { store, playableOf, live } = this.#options;
    return chooseRevision(row, said, {
      store,
      playableOf,
      live: (score) => live(score, said.is === "live" ? said.hash : ""),
    });
  }

  async follow({ run, after }: Asked<"follow">): Promise<Followed | undefined> {
    if (!this.#followed.isWatched(run)) {
      const { engine, store } = this.#options;
      const isTakingUp = this.#state === "recovering";
      const play = engine.playOf(run);
      const row = play ? undefined : await store.run(run);
      const ending = row && endingOf(row);
      if (ending) return { events: [], next: after, ending };
      if (!play && !isTakingUp) return undefined;
      // Its turn to be taken up may come: whoever follows it asks again.
      if (!play) return setTimeout(ASKED_AGAIN_MS, { events: [], next: after });
      this.#followed.watch(play);
    }
    return this.#followed.read(run, after);
  }

  async status(): Promise<HostStatus> {
    const { engine, facts, store } = this.#options;
    const { underWay, queued } = engine.load;
    return {
      ...facts,
      startedAt: this.#startedAt,
      state: this.#state,
      slots: { most: slotsOf(engine.outside), inUse: underWay },
      queued,
      runs: Object.fromEntries((await store.openRuns()).map(({ status, count }) => [status, count])),
      stuck: await this.#stillStuck(),
    };
  }

  /** Those that somebody has cancelled meanwhile, or that are forgotten, need nothing any more. */
  async #stillStuck(): Promise<HostStatus["stuck"]> {
    const look = async (run: string) => {
      const row = await this.#options.store.run(run);
      if (row?.endedAt !== null) this.#stuck.delete(run);
    };
    await Promise.all([...this.#stuck.keys()].map(look));
    return [...this.#stuck].map(([run, why]) => ({ run, why }));
  }

  stop(isNow: boolean): void {
    this.#options.leave(isNow);
  }

  /** No run goes on by itself any more. */
  close(): void {
    this.#alarms.close();
  }

  /** Nothing begins any more; resolves with whether everything has come to rest in time. */
  async drain(graceMs: number): Promise<boolean> {
    const { engine, log } = this.#options;
    this.#state = "draining";
    this.close();
    log.info("draining", { ...engine.load, graceMs });
    const isAtRest = await engine.drain(new Error("the orchestrator is ending"), graceMs);
    this.#followed.close();
    if (!isAtRest) log.warn("steps were still under way", { runs: engine.load.underWay });
    return isAtRest;
  }
}

async function isInTime(making: Promise<unknown>): Promise<boolean> {
  const isOver = new AbortController();
  const patience = setTimeout(PATIENCE_MS, false, { ref: false, signal: isOver.signal }).catch(() => false);
  try {
    return await Promise.race([making.then(() => true), patience]);
  } finally {
    isOver.abort();
  }
}

function slotsOf({ limits }: Outside): number {
  return limits?.runs ?? Number.MAX_SAFE_INTEGER;
}
