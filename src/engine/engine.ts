import { nextTick } from "node:process";
import { MaestroError } from "../diagnostics/index.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { RunRow, Store } from "../store/store.ts";
import type { Clock } from "../support/clock.ts";
import { newId } from "../support/ids.ts";
import { randomBytes } from "../support/random-bytes.ts";
import { Apart } from "./apart.ts";
import type { Beginnings, GoingOn } from "./beginnings.ts";
import { payingAgain, payingFor, withOwn } from "./budget/paying.ts";
import { drainRuns, stopRuns } from "./come-to-rest.ts";
import { cancelRun, endInside, followAgain, goOnWith, pauseRun, type Ward } from "./control-runs.ts";
import { init } from "./core/core.ts";
import type { Beginning } from "./core/state.ts";
import { countRecovery } from "./count-recovery.ts";
import { endingOf } from "./ending-of.ts";
import { freshRow } from "./fresh-row.ts";
import { givenWith } from "./given-with.ts";
import { GRACE_MS, type Who } from "./halt.ts";
import { givenIn, toHistory } from "./history.ts";
import { interrupted, isCutOff } from "./interrupted.ts";
import { flagsOf, type NewRun, rowOf } from "./new-run.ts";
import { capacitiesOf, NOTHING_OUTSIDE, type Outside } from "./outside.ts";
import { overInQueue, type QueuedRow } from "./over-in-queue.ts";
import { Performance, type Playable, type Shared, toJsonText } from "./performance.ts";
import { type Decision, decide } from "./play-pause.ts";
import { playRun } from "./play-run.ts";
import type { Children, Outer } from "./play-score.ts";
import { isPartAnew } from "./played-anew.ts";
import type { RunEvent } from "./run-event.ts";
import { runsAbove } from "./runs-above.ts";
import { sharedOf } from "./shared-of.ts";
import { Source } from "./source.ts";
import { Stepping } from "./stepping.ts";
import type { Ending } from "./take-moves.ts";
import { tellStart } from "./tell-start.ts";
import { type Turn, Turns } from "./turns.ts";
import { withSecrets } from "./with-secrets.ts";

/** A run under way. */
export interface Play {
  readonly id: string;
  /** Rejects only when the store fails; everything else is an ending. */
  readonly ending: Promise<Ending>;
  /** Hears what happens from now on; the returned function ends that. */
  subscribe(listener: (event: RunEvent) => void): () => void;
  /** Takes no further step, tells those under way to end, and leaves the run to be resumed. */
  stop(reason: Error): void;
  /** Is it about to come to rest? Then nothing of it can be changed before it has. */
  isEnding(): boolean;
  /** Decides the checkpoint at `step`. False when it is not open: it was decided, or its time is over. */
  decide(step: string, decision: Decision): Promise<boolean>;
  /** Of a run that is played step by step. */
  readonly stepping: Stepping | undefined;
}

/** A run that another one plays. */
export interface InnerPlay extends Play {
  readonly performance: Performance;
}

interface Resuming extends Omit<GoingOn, "write"> {
  readonly from: Outer;
  readonly turn?: Turn | undefined;
}

/**
 * Plays runs in this process, with the store as their journal.
 * The adapter of the Runtime port for one machine; screens and commands know only runs, events and endings.
 */
export class Engine implements Children {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #plays = new Map<string, InnerPlay>();
  /** Runs being begun or taken over: nobody else may, and a stop waits for them. */
  readonly #opening = new Map<string, Promise<unknown>>();
  outside: Outside;
  readonly shared: Shared;
  readonly #turns: Turns;
  /** Stands for secrets in values; new in every process. */
  readonly #mark = randomBytes(16).toString("hex");
  #stopped: Error | undefined;
  readonly #ward: Ward;
  readonly #apart = new Apart();

  constructor(store: Store, clock: Clock, outside: Outside = NOTHING_OUTSIDE, load?: Shared["load"]) {
    this.#store = store;
    this.#clock = clock;
    this.outside = outside;
    const { ofSteps, ofRuns } = capacitiesOf(outside);
    this.shared = sharedOf({ store, clock, ofSteps, load, models: () => this.outside.models });
    this.#turns = new Turns(ofRuns, clock);
    const own = { plays: this.#plays, opening: this.#opening, turns: this.#turns, apart: this.#apart };
    this.#ward = { ...own, store, clock };
  }

  /**
   * Begins a run with plain JSON that has been checked. Resolves when the run is durable: from then on it is not lost.
   * @throws MaestroError MR2012 after a stop
   */
  start(
    playable: Playable,
    input: unknown,
    { id = newId("run"), priority = 0, isFresh = false, source: asked, flags = [], ...how }: Beginnings = {},
  ): Promise<Play> {
    const source = asked && new Source(asked, this.outside);
    const from: Outer = { ...payingFor(how.of, this.shared), priority, isFresh, source, flags };
    const begin = () => this.#start({ id, playable, input, parent: null, from, ...how });
    return this.#open(id, () => withSecrets(from, { outside: this.outside, store: this.#store }, begin));
  }

  /** Begins a run for a step of another one. It counts with that one, so it waits for no turn of its own. */
  startChild(child: Parameters<Children["startChild"]>[0]): Promise<InnerPlay> {
    return this.#open(child.id, () => this.#begin(child, this.#clock.now(), undefined));
  }

  /** Goes on with a run that a step of another one has begun. */
  async resumeChild(id: string, playable: Playable, from: Outer): Promise<InnerPlay | Ending | undefined> {
    for (;;) {
      // Somebody may be going on with it already, or answering what it asks.
      const play = await this.playingOf(id);
      if (play) return play;
      if (this.isPlaying(id)) continue;
      return this.#open(id, async () => {
        const row = await this.#store.run(id);
        return row && (endingOf(row) ?? this.#resume(playable, row, { from }));
      });
    }
  }

  /** The run, when it is being played here, or has its place in the queue. */
  playOf(id: string): Play | undefined {
    return this.#plays.get(id) ?? this.#turns.queued.get(id);
  }

  /** Is this run being played here, or about to be, or in the queue? */
  isKnown(id: string): boolean {
    return this.isPlaying(id) || this.#turns.queued.has(id);
  }

  /** The code that a run is played with here. */
  playableOf(id: string): Playable | undefined {
    return this.#plays.get(id)?.performance.playable;
  }

  /**
   * A run at rest can go on, because somebody has decided what it asked: the one that plays it, when that is being played
   * here, goes on with it. False when nobody here does.
   */
  followAgain(id: string): Promise<boolean> {
    return followAgain(this.#ward, id);
  }

  /** Is this run being played here, or about to be? */
  isPlaying(id: string): boolean {
    return this.#plays.has(id) || this.#opening.has(id);
  }

  /** The run, when it is being played here; one that is being begun or taken over is waited for. */
  async playingOf(id: string): Promise<InnerPlay | undefined> {
    for (let opening = this.#opening.get(id); opening; opening = this.#opening.get(id))
      await opening.catch(() => {});
    return this.#plays.get(id);
  }

  /**
   * Changes what the store holds of a run at rest: nobody else does, or begins to play it, meanwhile.
   * @throws MaestroError MR2011 when it is being played, MR2012 after a stop
   */
  atRest<T>(id: string, change: () => Promise<T>): Promise<T> {
    return this.#open(id, change);
  }

  async #open<T>(id: string, begin: () => Promise<T>): Promise<T> {
    if (this.#stopped) throw new MaestroError("MR2012", { what: `Run ${id}` });
    if (this.isPlaying(id)) throw new MaestroError("MR2011", { run: id });
    const opening = begin();
    this.#opening.set(id, opening);
    try {
      return await opening;
    } finally {
      this.#opening.delete(id);
    }
  }

  async #start(run: NewRun): Promise<Play> {
    const { id, playable, from, input, given, isStepped } = run;
    const turn = this.#turns.ask(id, playable.plan, { ...from, orchestra: run.of?.orchestra });
    const now = this.#clock.now();
    if (turn?.is !== "waiting") return this.#turns.orGiveBack(turn, this.#begin(run, now, turn));
    const reason = toJsonText({ waitsFor: this.#turns.waitsFor(turn) });
    const row = { ...rowOf(run, now), status: "queued", startedAt: null, reason } as const;
    await this.#turns.orGiveBack(turn, this.#store.createRun(row, givenWith(now, run)));
    return this.#queue(row, turn, async () => {
      const startedAt = this.#clock.now();
      await this.#store.changeRun({ id, status: "running", reason: null, startedAt });
      const performance = this.#prepare(playable, { id, input, at: startedAt, given, isStepped }, from);
      return this.#play(performance, { resumed: false, turn });
    });
  }

  async #begin(run: NewRun, now: number, turn: Turn | undefined): Promise<InnerPlay> {
    const { id, playable, input, from, given, isStepped } = run;
    const performance = this.#prepare(playable, { id, input, at: now, given, isStepped }, from);
    const row = { ...rowOf(run, now), status: "running", startedAt: now } as const;
    await this.#store.createRun(row, givenWith(now, run));
    return this.#play(performance, { resumed: false, turn });
  }

  /** Puts a run into the queue; its turn is another opening. */
  #queue(before: QueuedRow, turn: Turn, begin: (now?: RunRow) => Promise<Play>): Play {
    const { id } = before;
    const onStop = (reason: Error) => this.#apart.stop(id, reason);
    const beginNow = async () => {
      // Not `playingOf`: between that and the opening somebody else could open it.
      while (this.#opening.has(id)) await this.#opening.get(id)!.catch(() => {});
      if (this.#stopped) return undefined;
      return this.#open<Play | Ending>(id, async () => {
        const now = await this.#store.run(id);
        return (now && overInQueue(before, now)) ?? begin(now);
      });
    };
    return this.#turns.queue(id, turn, { begin: beginNow, onStop });
  }

  /**
   * Goes on with a run that has not ended, from what is in the store.
   * @param redo keys of interrupted `retry: "never"` steps that may be played again
   * @throws MaestroError MR2008 when the run has ended, MR2011 when it is being played, MR2012 after a stop,
   * MR2027 when it has other code meanwhile
   */
  async resume(playable: Playable, row: RunRow, { write, ...how }: GoingOn = {}): Promise<Play> {
    const { id, priority, parent } = row;
    if (row.endedAt !== null) throw new MaestroError("MR2008", { run: id, status: row.status });
    if (this.#turns.queued.has(id)) throw new MaestroError("MR2011", { run: id });
    return this.#open(id, async () => {
      if (write) await write();
      const now = await freshRow(this.#store, row);
      const runs = await runsAbove(this.#store, row);
      const [above, source] = [runs.map(({ score }) => score), Source.ofRow(row, this.outside)];
      const paying = await payingAgain({ store: this.#store, load: this.shared.load }, row, runs);
      const [flags, isFresh] = [flagsOf(row), parent !== null && (await isPartAnew(this.#store, row, runs))];
      const from: Outer = { above, shared: this.shared, paying, priority, isFresh, source, flags };
      await withSecrets(from, { outside: this.outside, store: this.#store }, async () => {});
      const turn = parent === null ? this.#turns.ask(id, playable.plan, row) : undefined;
      if (turn?.is !== "waiting") {
        const resuming = this.#resume(playable, now, { from, turn, ...how });
        const play = await this.#turns.orGiveBack(turn, resuming);
        const plays = runs.map((one) => ({ id: one.id, play: this.#plays.get(one.id) }));
        this.#apart.add(play, plays);
        return play;
      }
      // What it has come to meanwhile counts.
      return this.#queue(now, turn, (then = now) => this.#resume(playable, then, { from, turn, ...how }));
    });
  }

  async #resume(playable: Playable, row: RunRow, { from, turn, redo, isStepped }: Resuming) {
    const steps = await this.#store.journalOf(row.id);
    const { stuck, anew } = await countRecovery({ store: this.#store, now: this.#clock.now() }, row, steps);
    for (const step of steps) if (isCutOff(step)) this.#store.noteStep(interrupted(step, this.#clock.now()));
    const read = this.#store.outputOf.bind(this.#store);
    const [past, input] = [toHistory(steps, read), parseStored(row.input, `run ${row.id}`)];
    const at = row.startedAt ?? this.#clock.now();
    const begun = { id: row.id, input, past, at, redo, isStepped, given: givenIn(steps, read) };
    const performance = this.#prepare(playable, begun, from);
    performance.anew = anew;
    if (stuck) performance.state.failure ??= stuck;
    return this.#play(performance, { resumed: true, turn });
  }

  /**
   * Holds a run, whether it is being played or at rest: no step of it, or of those it plays, begins any more until it is
   * resumed. Resolves when that is durable, with the keys of the steps that are under way and go on to their end.
   * @throws MaestroError MR2003 when there is none, MR2008 when it has ended, MR2030 when another run plays it
   */
  pause(id: string, who: Who): Promise<readonly string[]> {
    return pauseRun(this.#ward, id, who);
  }

  /** Takes a pause back while steps are still under way. Undefined when the run is to be resumed from the store. */
  goOn(id: string): Promise<Play | undefined> {
    return goOnWith(this.#ward, id);
  }

  /**
   * Ends a run for good, and those that its steps play, whether they are being played or at rest. What is under way is
   * told to end and has `graceMs` for it; then programs are killed and tasks are left behind. Resolves when the end is
   * durable, with the ids of the runs, its own first.
   * @throws MaestroError MR2003 when there is none, MR2008 when it has ended
   */
  cancel(id: string, { graceMs = GRACE_MS, ...who }: Who & { readonly graceMs?: number | undefined }) {
    return cancelRun(this.#ward, id, { who, graceMs });
  }

  /** @see Children */
  endInside(...inside: Parameters<Children["endInside"]>): Promise<void> {
    return endInside(this.#ward, ...inside);
  }

  /**
   * Stops every run and waits until each has come to rest, or for `graceMs`: a task that ignores its signal is left
   * behind, and its run can be resumed. Nothing begins any more.
   */
  async stop(reason: Error, graceMs = GRACE_MS): Promise<void> {
    this.#stopped = reason;
    await stopRuns(this.#ward, reason, graceMs);
  }

  /** Nothing begins any more; what is under way goes on to its end, for `graceMs` at most. Resolves with whether all has. */
  drain(reason: Error, graceMs: number): Promise<boolean> {
    this.#stopped ??= reason;
    return drainRuns(this.#ward, graceMs);
  }

  /** What steps reach from now on, and how much there is of what is shared. Runs under way keep what they reach. */
  reach(outside: Outside): void {
    this.outside = outside;
    const { ofSteps, ofRuns } = capacitiesOf(outside);
    for (const [name, most] of ofSteps) this.shared.steps.setCapacity(name, most);
    this.#turns.setCapacities(ofRuns);
  }

  /** The wall clock was set, or the machine was asleep: whatever is due by now goes on, whenever its timer comes. */
  lookAtClock(): void {
    for (const { performance } of this.#plays.values()) performance.wake();
  }

  /** How many runs of an orchestra may be under way at once; `undefined`: any number. */
  limitOrchestra(id: string, most: number | undefined): void {
    this.#turns.limitOrchestra(id, most);
  }

  /** How many runs are under way, of those that no other one plays, and how many wait for that. */
  get load(): { readonly underWay: number; readonly queued: number } {
    return { underWay: this.#plays.size, queued: this.#turns.queued.size };
  }

  /** @param run `at`: when it was begun */
  #prepare(
    playable: Playable,
    { at, ...run }: Omit<Beginning, "mark" | "now" | "deadline" | "above"> & { readonly at: number },
    { above, shared, paying, priority, isFresh, source, flags }: Outer,
  ): Performance {
    const { plan, graph } = playable;
    const deadline = plan.timeoutMs === undefined ? undefined : at + plan.timeoutMs;
    const state = init(plan, graph, { ...run, mark: this.#mark, now: this.#clock.now(), deadline, above });
    const performance = new Performance({
      state,
      playable,
      journal: this.#store,
      clock: this.#clock,
      outside: this.outside,
      children: this,
      shared,
      paying: withOwn(paying, run.id, plan),
      priority,
      isFresh,
      source,
      flags,
    });
    if (run.isStepped) performance.stepping = new Stepping(performance);
    return performance;
  }

  #play(
    performance: Performance,
    { resumed, turn }: { readonly resumed: boolean; readonly turn: Turn | undefined },
  ): InnerPlay {
    // After the caller has gone on: it may subscribe before anything is told.
    const begun = new Promise<void>((resolve) => nextTick(resolve));
    const ending = begun.then(() => {
      tellStart(performance, resumed);
      return playRun(performance);
    });
    const play: InnerPlay = {
      id: performance.state.id,
      performance,
      ending,
      subscribe: (listener) => performance.subscribe(listener),
      stop: (reason) => {
        performance.stop(reason);
        this.#apart.stop(play.id, reason);
      },
      isEnding: () => performance.isEnding,
      decide: (step, decision) => decide(performance, step, decision),
      stepping: performance.stepping,
    };
    if (this.#stopped) performance.stop(this.#stopped);
    this.#plays.set(play.id, play);
    const forget = () => {
      this.#plays.delete(play.id);
      this.#turns.giveBack(turn);
      performance.stepping?.end();
    };
    ending.then(forget, forget);
    return play;
  }
}
