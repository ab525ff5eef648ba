import { toPlan } from "../../src/define/to-plan.ts";
import type { AttemptCall } from "../../src/engine/call.ts";
import { isPause } from "../../src/engine/core/reach-step.ts";
import type { Playable } from "../../src/engine/index.ts";
import type { Performance } from "../../src/engine/performance.ts";
import { record } from "../../src/engine/play-step.ts";
import { makePlayable } from "../../src/operations/make-playable.ts";
import type { Code, TaskCall } from "../../src/plan/index.ts";
import type { RunRow, StepRow } from "../../src/store/store.ts";
import { checkEnds } from "./check-ends.ts";
import { Disk } from "./disk.ts";
import { type DrawnScore, drawScore, type Part, type Stage, type Surroundings } from "./draw-score.ts";
import { openSimHouse, type SimHouse, watchEnds } from "./house.ts";
import { Ledger } from "./ledger.ts";
import { Models } from "./models.ts";
import { People } from "./people.ts";
import { Random } from "./random.ts";
import { inChildren, Troupe } from "./troupe.ts";
import { type Faults, NO_FAULTS, World } from "./world.ts";

/** What one seed came to. */
export interface Simulated {
  readonly seed: number;
  /** Promises that were broken; empty when all were kept. */
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly counts: Counts;
}

export interface Counts {
  readonly runs: number;
  readonly begun: number;
  readonly steps: number;
  readonly crashes: number;
  readonly turns: number;
  /** Questions to models. */
  readonly asked: number;
}

/** Turns in which things go wrong; then everything is well, and all has to come to an end. */
const FAULTY_TURNS = 400;
const MOST_TURNS = 12_000;

/** Plays one drawn score, several times at once, through faults that the seed chooses, to its end. */
export async function simulate(seed: number): Promise<Simulated> {
  const random = new Random(seed);
  const theatre = new Theatre(random);
  const world = new World(random, drawFaults(random));
  const inputs = Array.from({ length: 1 + random.below(3) }, () => random.below(3));
  const { disk, people, turns, asked } = await theatre.perform(world, inputs);
  if (world.violations.length === 0) await checkEnds({ theatre, world, disk, people });
  const steps = [...disk.runs.keys()].reduce((sum, id) => sum + disk.steps(id).length, 0);
  const counts = {
    runs: disk.runs.size,
    begun: people.ledger.total,
    steps,
    crashes: world.crashes,
    turns,
    asked,
  };
  return { seed, violations: world.violations, trace: world.trace, counts };
}

/** Each fault is there or not, so that some seeds see much of one. */
function drawFaults(random: Random): Faults {
  const often = (oneIn: number) => (random.oneIn(2) ? 0 : oneIn * (1 + random.below(4)));
  return {
    crash: often(60),
    crashAtCommit: often(15),
    badStore: often(40),
    stall: often(3),
    jump: often(30),
    stop: often(40),
    shutdown: often(100),
    cancel: often(60),
    pause: often(40),
    rerun: often(60),
    death: often(5),
    again: often(5),
    twice: often(3),
  };
}

/** A drawn score made ready, and what it is played with. */
export class Theatre {
  readonly drawn: DrawnScore;
  readonly playable: Playable;
  readonly around: Surroundings;
  #stage: Stage | undefined;
  #world: World | undefined;
  #people: People | undefined;

  constructor(random: Random) {
    this.around = {
      limits: random.oneIn(3) ? { gpu: 1 + random.below(3), slow: 1 + random.below(2) } : undefined,
      isScripted: random.oneIn(3),
    };
    const isInChildren = random.oneIn(3);
    const stage = { play: (part: Part, call: TaskCall) => this.#stage!.play(part, call) };
    this.drawn = drawScore(random, stage, this.around);
    const compiled = toPlan(this.drawn.score as never);
    if (compiled.findings.length > 0)
      throw new Error(JSON.stringify(compiled.findings.map(({ facts }) => facts)));
    const playable = makePlayable(compiled, () => "deployment");
    this.playable = isInChildren ? inChildren(playable, (code) => this.#troupe(code)) : playable;
  }

  #troupe(code: Code): Troupe {
    return new Troupe(this.#world!, code, (key, isCounted) => {
      this.#people!.ledger.bury(key);
      if (!isCounted) return;
      const known = this.#people!.of(key.slice(0, key.indexOf("/")));
      known.isOther = "a child died, and nothing else can have been the reason";
    });
  }

  /** Plays runs with `inputs` until all have ended, or a promise is broken. */
  async perform(world: World, inputs: readonly number[], disk = new Disk()) {
    const { score } = this.playable.plan;
    disk.saveDeployment({ hash: "deployment", score, plan: "{}", code: null, createdAt: 1 });
    this.#world = world;
    const models = new Models(world, disk);
    const enter = () => openSimHouse({ world, disk, models }, this.around);
    const { playable } = this;
    const source = this.around.isScripted ? ({ is: "script" } as const) : undefined;
    const { have } = this.drawn;
    const people = new People({ world, disk, playable, source, have, house: enter() });
    this.#people = people;
    people.ledger = new Ledger(world, disk, people, this.around.limits);
    this.#stage = people.ledger;
    const show = new Show({ world, disk, people, inputs: [...inputs], enter });
    const turns = await watchEnds(
      {
        onRest: (performance) => checkRest(performance, world),
        onFinish: (performance, call) => bringAgain({ performance, call, world }),
      },
      () => show.go(),
    );
    return { disk, people, turns, asked: models.asked };
  }
}

/** A run that has ended leaves nothing in memory. */
function checkRest({ state, calls, crash, ending, isStopping }: Performance, world: World): void {
  if (world.life.isOver || crash || !ending || isStopping) return;
  const { steps, ready, computes, notes, settled, filling, delayed, open, inFlight } = state;
  if (inFlight !== 0 || calls.size > 0) world.violate("nothing is under way when a run ends", state.id);
  if (state.failure || state.handling || state.asking.length > 0 || open.size > 0 || delayed.length > 0)
    return;
  const left = steps.size + ready.size + computes.size + notes.size + settled.size + filling.size;
  if (left > 0 && state.root.left === 0)
    world.violate("a run that has ended leaves nothing in memory", state.id);
}

/** What an attempt has brought comes once more, later, and is something else: it is of no use. */
function bringAgain({
  performance,
  call,
  world,
}: {
  readonly performance: Performance;
  readonly call: AttemptCall;
  readonly world: World;
}): void {
  const { life } = world;
  const { step } = call;
  // Else it is told to end, and what it brings first may count.
  if (performance.isStopping || performance.state.failure || isPause(step)) return;
  if (step.node.plan.kind === "score" || !world.strikes(world.faults.again)) return;
  const value = { n: -1, kind: "c", by: "" };
  const end = () => {
    if (life.hasBadStore || performance.crash) return;
    record(performance, call, { value, json: JSON.stringify(value) }).catch(() => {});
  };
  world.add({
    kind: "task",
    what: `once more ${performance.state.id}/${step.key}#${call.attempt}`,
    due: 0,
    end,
  });
}

/** Turn by turn: things end, people act, processes come and go. */
class Show {
  readonly #world: World;
  readonly #disk: Disk;
  readonly #people: People;
  readonly #inputs: number[];

  readonly #enter: () => SimHouse;

  constructor(of: {
    readonly world: World;
    readonly disk: Disk;
    readonly people: People;
    readonly inputs: number[];
    /** Starts a process. */
    readonly enter: () => SimHouse;
  }) {
    this.#world = of.world;
    this.#disk = of.disk;
    this.#people = of.people;
    this.#inputs = of.inputs;
    this.#enter = of.enter;
  }

  /** @returns how many turns it took */
  async go(): Promise<number> {
    const world = this.#world;
    for (let turn = 0; ; turn++) {
      await world.settle();
      if (world.violations.length > 0) return turn;
      if (turn === FAULTY_TURNS) world.faults = NO_FAULTS;
      if (turn > MOST_TURNS) world.violate("every run comes to an end", `not in ${turn} turns`);
      if (world.life.isOver) {
        world.elapsed += world.random.below(100_000);
        this.#people.enter(this.#enter());
        continue;
      }
      if (world.faults === NO_FAULTS) {
        if (!this.#goOn()) return turn;
      } else if (!this.#goWrong()) world.faults = NO_FAULTS;
    }
  }

  /** Something goes wrong, or somebody acts, or a thing ends. False when nothing moves any more. */
  #goWrong(): boolean {
    const world = this.#world;
    const { faults } = world;
    if (world.strikes(faults.crash)) world.crash("out of the blue");
    else if (world.strikes(faults.jump)) world.jump();
    else if (world.strikes(faults.shutdown)) this.#people.shutDown();
    else if (world.strikes(faults.stop)) this.#stopOne();
    else if (world.strikes(faults.cancel)) this.#cancelOne();
    else if (world.strikes(faults.pause)) this.#pauseOne();
    else if (world.strikes(faults.rerun)) this.#rerunOne();
    else if (world.random.oneIn(5)) this.#actOne();
    else return world.step() || this.#actOne();
    return true;
  }

  /** Without faults: people do what is to be done as soon as it is. False when the show is over. */
  #goOn(): boolean {
    const world = this.#world;
    if (world.life.hasBadStore) {
      world.crash("its store has failed");
      return true;
    }
    if (this.#people.busy === 0 && this.#actOne()) return true;
    this.#checkTimers();
    return world.step() || this.#isMoving();
  }

  /** Only what a cancelled run has left behind may still be waited for. */
  #checkTimers(): void {
    const runs = [...this.#disk.runs.values()];
    if (
      this.#people.busy > 0 ||
      runs.some(({ status, endedAt }) => endedAt === null || status === "cancelled")
    )
      return;
    const left = this.#world.count("timer");
    if (left > 0) this.#world.violate("no timer is left behind", `${left}`);
  }

  /** Nothing is under way: then every run has ended. */
  #isMoving(): boolean {
    const open = this.#unfinished();
    if (this.#people.busy > 0 && !this.#world.life.hasBadStore)
      this.#world.violate("an operation comes to an end", "nothing is under way, and it waits");
    const left = open.filter(({ parent }) => !open.some(({ id }) => parent?.startsWith(`${id}/`)));
    const orphan = left.find(({ parent }) => parent !== null);
    if (orphan)
      this.#world.violate("a played run ends with the one that plays it", `${orphan.id} in ${orphan.parent}`);
    const what = "no move, no timer, no attempt, and nobody who has to act";
    if (this.#world.life.hasBadStore) this.#world.crash("its store has failed");
    else if (open.length > 0)
      this.#world.violate("no run is stuck", `${open.map(({ id }) => id).join(", ")}: ${what}`);
    return open.length > 0;
  }

  #unfinished(): RunRow[] {
    return [...this.#disk.runs.values()].filter(({ endedAt }) => endedAt === null);
  }

  #isAtRest(row: RunRow): boolean {
    return !this.#people.house.engine.isKnown(row.id);
  }

  /** Somebody does what somebody has to do. False when there is nothing. */
  #actOne(): boolean {
    const { random, faults } = this.#world;
    const input = this.#inputs.length > 0 ? this.#inputs.pop() : undefined;
    if (input !== undefined) {
      this.#people.start(input);
      return true;
    }
    const open = this.#unfinished();
    const asked = open.flatMap((row) => this.#openCheckpoints(row));
    const resting = open.filter((row) => this.#isAtRest(row));
    const isWaiting = resting.some(({ status }) => status === "waiting") || random.oneIn(3);
    if (asked.length > 0 && isWaiting) {
      const one = random.pick(asked);
      this.#people.decide(one);
      if (this.#world.strikes(faults.twice)) this.#people.decide(one);
      return true;
    }
    const isAsking = ({ reason }: RunRow) => reason?.startsWith('{"asking"') ?? false;
    const ready = resting.filter((row) => row.parent === null || isAsking(row));
    // A run whose part asks something goes on when that has been answered.
    const first = ready.filter(isAsking);
    if (ready.length === 0) return false;
    const row = random.pick(first.length > 0 ? first : ready);
    this.#people.resume(row);
    if (this.#world.strikes(faults.twice)) this.#people.resume(row);
    return true;
  }

  #openCheckpoints({ id }: RunRow): StepRow[] {
    return this.#disk.steps(id).filter(({ kind, status }) => kind === "checkpoint" && status === "running");
  }

  #stopOne(): void {
    const playing = this.#within(this.#unfinished()).filter((row) => !this.#isAtRest(row));
    if (playing.length > 0) this.#people.stop(this.#world.random.pick(playing).id);
  }

  #cancelOne(): void {
    const open = this.#within(this.#unfinished());
    if (open.length > 0) this.#people.cancel(this.#world.random.pick(open));
  }

  /** Now and then also a run that another one plays is meant by itself. */
  #within(rows: readonly RunRow[]): readonly RunRow[] {
    return this.#world.random.oneIn(3) ? rows : rows.filter(({ parent }) => parent === null);
  }

  #pauseOne(): void {
    const open = this.#within(this.#unfinished());
    if (open.length > 0) this.#people.pause(this.#world.random.pick(open));
  }

  #rerunOne(): void {
    const failed = [...this.#disk.runs.values()].filter(
      ({ status, parent }) => status === "failed" && parent === null,
    );
    if (failed.length > 0) this.#people.rerun(this.#world.random.pick(failed));
  }
}
