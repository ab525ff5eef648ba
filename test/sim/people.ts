import { MaestroError } from "../../src/diagnostics/index.ts";
import { type Ending, type Play, type Playable, playableIn } from "../../src/engine/index.ts";
import type { RunSource } from "../../src/engine/source.ts";
import { cancelRun } from "../../src/operations/cancel-run.ts";
import { decideCheckpoint } from "../../src/operations/decide-checkpoint.ts";
import { pauseRun } from "../../src/operations/pause-run.ts";
import { rerunRun } from "../../src/operations/rerun-run.ts";
import { type Answers, resumeRun } from "../../src/operations/resume-run.ts";
import { startRun } from "../../src/operations/start-run.ts";
import type { RunRow, StepRow } from "../../src/store/store.ts";
import { openCheckpointsOf } from "../../src/views/open-checkpoints.ts";
import type { Disk } from "./disk.ts";
import { toValue } from "./draw-score.ts";
import type { SimHouse } from "./house.ts";
import type { Ledger, Wishes } from "./ledger.ts";
import type { Life, World } from "./world.ts";

/** What people know of a run: what was acknowledged to them, and what they did. */
export interface Known {
  readonly id: string;
  /** Its start was acknowledged: it must not be lost. */
  isAcknowledged: boolean;
  isHalted: boolean;
  /** Somebody is about to let it go on: it may, before that is acknowledged. */
  going: number;
  /** Somebody has stopped it at some time. */
  wasStopped: boolean;
  isCancelled: boolean;
  /** It was stopped in this process, and not by a person. */
  givenUp: Life | undefined;
  /** Why its end need not be that of a run without faults. */
  isOther: string | undefined;
  readonly redone: Map<string, number>;
  /** Who decided, by the checkpoint's key: acknowledged. */
  readonly decided: Map<string, string>;
}

/** Everyone who uses the engine from outside. They use the operations that commands and programs use, at any moment. */
export class People implements Wishes {
  readonly known = new Map<string, Known>();
  house: SimHouse;
  ledger: Ledger;
  /** Operations under way. */
  busy = 0;
  /** Nothing may begin in this process any more. */
  #isClosing = false;
  #count = 0;
  readonly #world: World;
  readonly #disk: Disk;
  readonly #playable: Playable;
  readonly #source: RunSource | undefined;
  readonly #have: Readonly<Record<string, unknown>> | undefined;

  constructor(of: {
    readonly world: World;
    readonly disk: Disk;
    readonly playable: Playable;
    readonly source: RunSource | undefined;
    /** Outputs that every run is given. */
    readonly have: Readonly<Record<string, unknown>> | undefined;
    readonly house: SimHouse;
  }) {
    this.#world = of.world;
    this.#disk = of.disk;
    this.#playable = of.playable;
    this.#source = of.source;
    this.#have = of.have;
    this.house = of.house;
    this.ledger = undefined as never;
  }

  /** A new process has come up; what people asked the old one for has no answer. */
  enter(house: SimHouse): void {
    this.house = house;
    this.busy = 0;
    for (const known of this.known.values()) known.going = 0;
    this.#isClosing = false;
  }

  of(id: string): Known {
    const known = this.known.get(id) ?? {
      id,
      isAcknowledged: false,
      isHalted: false,
      going: 0,
      wasStopped: false,
      isCancelled: false,
      givenUp: undefined,
      isOther: undefined,
      redone: new Map(),
      decided: new Map(),
    };
    this.known.set(id, known);
    return known;
  }

  isHalted(run: string): boolean {
    if (this.#isClosing) return true;
    const line = this.#lineOf(run).map((id) => this.known.get(id));
    return line.some((known) => known?.isHalted) && !line.some((known) => known?.going);
  }

  redone(run: string, key: string): number {
    return this.known.get(run)?.redone.get(key) ?? 0;
  }

  #wasStopped(run: string): boolean {
    return this.#lineOf(run).some((id) => this.known.get(id)?.wasStopped);
  }

  /** A run and those that it is part of. */
  #lineOf(run: string): readonly string[] {
    const line = [run];
    for (let id = this.#parentOf(run); id !== undefined; id = this.#parentOf(id)) line.push(id);
    return line;
  }

  #parentOf(id: string): string | undefined {
    return this.#disk.runs.get(id)?.parent?.split("/", 1)[0];
  }

  start(n: number): void {
    this.#do(`start with ${n}`, [], async ({ engine }) => {
      const priority = this.#world.random.below(3) - 1;
      const play = await startRun(
        engine,
        this.#playable,
        { n },
        { priority, source: this.#source, have: this.#have },
      );
      this.of(play.id).isAcknowledged = true;
      this.#world.say(`${play.id} is acknowledged`);
      this.#follow(play);
    });
  }

  /** Goes on with a run; what is asked is answered as far as anybody knows. */
  resume({ id }: RunRow): void {
    const refusals = ["MR2008", "MR2011", "MR2012", "MR2013"];
    this.#do(`resume ${id}`, refusals, async ({ engine, store, now }) => {
      const row = (await store.run(id))!;
      const answers = this.#answersFor(row);
      const known = this.of(id);
      known.going++;
      const resuming = resumeRun({ engine, store, now }, { row, playable: this.#playableOf(row), answers });
      const play = await resuming.finally(() => known.going--);
      for (const at of this.#lineOf(id)) this.of(at).isHalted = false;
      // It goes on with what it plays, also with what somebody has stopped by itself.
      for (const part of this.known.values()) if (this.#lineOf(part.id).includes(id)) part.isHalted = false;
      this.#follow(play);
    });
  }

  #playableOf({ score }: RunRow): Playable {
    return playableIn(this.#playable, score)!;
  }

  #answersFor({ id, reason }: RunRow): Answers {
    const { asking = [] } = JSON.parse(reason ?? "{}") as { asking?: readonly string[] };
    const known = this.of(id);
    const [redo, give, fail]: [string[], Record<string, unknown>, string[]] = [[], {}, []];
    for (const key of asking) {
      // Another answer, given before a crash, may have been written down.
      const last = this.#disk.steps(id, key).sort((a, b) => b.attempt - a.attempt)[0];
      if (last?.status !== "running" && last?.status !== "interrupted") continue;
      const name = `${id}/${key}`;
      if (this.#world.strikes(this.#world.faults.cancel)) {
        known.isOther = "a person said that a step had failed";
        fail.push(key);
      } else if (this.ledger.gave.has(name)) give[key] = this.ledger.gave.get(name);
      else {
        redo.push(key);
        known.redone.set(key, (known.redone.get(key) ?? 0) + 1);
      }
    }
    return { redo, give, fail };
  }

  /** Says that a checkpoint is right. What is said is always the same, who says it never. */
  decide({ runId, key }: StepRow): void {
    const by = `person ${++this.#count}`;
    this.#do(`${by} decides ${runId}/${key}`, ["MR2017"], async ({ engine, store, now }) => {
      const row = (await store.run(runId))!;
      const open = (await openCheckpointsOf(store, runId)).find(({ step }) => step.key === key);
      if (!open) return this.#world.say(`${runId}/${key} is not open`);
      const value = key.includes("/~review")
        ? { accept: key.length % 2 === 0 }
        : toValue({ n: key.length }, "");
      const deciding = { row, playable: this.#playableOf(row), step: open.step, value, by };
      await decideCheckpoint({ engine, store, now }, deciding);
      const { decided } = this.of(runId);
      if (decided.has(key)) this.#world.violate("a checkpoint is decided once", `${runId}/${key}`);
      decided.set(key, by);
      this.#world.say(`${by} has decided ${runId}/${key}`);
    });
  }

  stop(id: string): void {
    const play = this.house.engine.playOf(id);
    if (!play) return;
    this.#world.say(`a person stops ${id}`);
    // A part that is stopped by itself is gone on with by the run above, at once if that is under way.
    const isHalted = !this.#lineOf(id).some((above) => above !== id && this.house.engine.isKnown(above));
    Object.assign(this.of(id), { isHalted, wasStopped: true });
    play.stop(new Error("stopped by a person"));
  }

  cancel(row: RunRow): void {
    for (const at of this.#lineOf(row.id))
      this.of(at).isOther = "somebody meant to cancel it, or a part of it";
    this.#do(`cancel ${row.id}`, ["MR2008", "MR2011"], async ({ engine }) => {
      const ids = await cancelRun({ engine }, { row, by: "a person" });
      for (const id of ids) Object.assign(this.of(id), { isHalted: true, isCancelled: true });
      this.#world.say(`${row.id} is cancelled`);
    });
  }

  pause(row: RunRow): void {
    // What is part of another run is held with that one.
    this.#do(`hold ${row.id}`, ["MR2008", "MR2011", "MR2030"], async ({ engine }) => {
      await pauseRun({ engine }, { row, by: "a person" });
      Object.assign(this.of(row.id), { isHalted: true, wasStopped: true });
      this.#world.say(`${row.id} is held`);
    });
  }

  rerun(row: RunRow): void {
    this.#do(`rerun ${row.id}`, ["MR2019", "MR2020", "MR2012", "MR2011"], async ({ engine, store, now }) => {
      const play = await rerunRun({ engine, store, now }, { row, playable: this.#playable, from: [] });
      const known = this.of(play.id);
      known.isAcknowledged = true;
      known.isOther = "it is a run from another one on";
      this.#follow(play);
    });
  }

  /** The process ends as it should: its runs come to rest first, or are left behind. */
  shutDown(): void {
    this.#do("shut down", [], async ({ engine, store, life }) => {
      this.#isClosing = true;
      await engine.stop(new Error("the process ends"));
      await store.close().catch(() => {});
      if (life === this.#world.life) this.#world.exit();
      this.#world.say("the process has ended");
    });
  }

  #do(what: string, refusals: readonly string[], act: (house: SimHouse) => Promise<void>): void {
    const { house } = this;
    this.#world.say(`TRY ${what}`);
    this.busy++;
    const end = () => {
      if (this.house === house) this.busy--;
    };
    act(house).then(end, (error: unknown) => {
      end();
      const code = error instanceof MaestroError ? error.code : "";
      this.#world.say(`REFUSED ${what}: ${code} ${(error as Error).message}`);
      if (refusals.includes(code) || house.life.hasBadStore || this.#isClosing) return;
      this.#world.violate("an operation fails only as it says", `${what}: ${String(error)}`);
    });
  }

  #follow(play: Play): void {
    const { house } = this;
    const wasClosing = () => this.#isClosing && this.house === house;
    play.ending.then(
      (ending) => this.#checkEnding(play.id, ending, wasClosing()),
      (error: unknown) => {
        this.#world.say(`${play.id} cannot be recorded: ${(error as Error).message}`);
        if (!house.life.hasBadStore && !wasClosing())
          this.#world.violate("a run breaks off only when the store fails", `${play.id}: ${String(error)}`);
      },
    );
  }

  /** What a run is said to have come to is what is durable. */
  #checkEnding(id: string, ending: Ending, wasClosing: boolean): void {
    this.#world.say(`${id} comes to rest: ${ending.is}`);
    const row = this.#disk.runs.get(id)!;
    const kept = {
      completed: "completed",
      failed: "failed",
      waiting: "waiting",
      asking: "paused",
      stopped: "paused",
      paused: "paused",
      cancelled: "cancelled",
    };
    // It waits for its turn, and is as it was: queued, or at work in a process that has died.
    const isQueued =
      ending.is === "stopped" && this.#playable.plan.runs !== undefined && row.endedAt === null;
    const isKept =
      (isQueued || row.status === kept[ending.is]) &&
      (ending.is !== "completed" || row.output === JSON.stringify(ending.output)) &&
      (ending.is !== "failed" || (JSON.parse(row.error!) as { step?: string }).step === ending.step);
    if (!isKept && !this.of(id).isCancelled)
      this.#world.violate(
        "an ending that was told is durable",
        `${id}: ${JSON.stringify(ending)} but ${row.status}`,
      );
    if (ending.is !== "stopped" || wasClosing || this.#wasStopped(id) || this.house.life.hasBadStore) return;
    // The run above stops what it plays when it fails, or when that takes too long; then it ends it: `checkEnds` looks.
    if (row.parent !== null) this.of(id).givenUp = this.house.life;
    else this.#world.violate("a run stops only when somebody stops it", id);
  }
}
