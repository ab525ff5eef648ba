import { randomUUID } from "node:crypto";
import { nextTick } from "node:process";
import { MaestroError } from "../diagnostics/index.ts";
import type { Code, Plan } from "../plan/index.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { RunRow, StepRow, Store } from "../store/store.ts";
import type { Clock } from "../support/clock.ts";
import { newId } from "../support/ids.ts";
import { cancelRun, followAgain, pauseRun, type Ward } from "./control-runs.ts";
import { init } from "./core/core.ts";
import { toGraph } from "./core/graph.ts";
import type { Beginning } from "./core/state.ts";
import { type CancelledEnds, openTree, toCancelledEnds } from "./end-cancelled.ts";
import { goOnPlaying, type Who } from "./halt.ts";
import { isOpen, toHistory } from "./history.ts";
import { NOTHING_OUTSIDE, type Outside } from "./outside.ts";
import { Performance, type Playable, toJsonText } from "./performance.ts";
import { type Decision, decide } from "./play-pause.ts";
import { playRun } from "./play-run.ts";
import type { Children } from "./play-score.ts";
import type { RunEvent } from "./run-event.ts";
import type { Ending } from "./take-moves.ts";

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
}

/** A run that another one plays. */
export interface InnerPlay extends Play {
  readonly performance: Performance;
}

type NewChild = Parameters<Children["startChild"]>[0];
type NewRun = Pick<NewChild, "id" | "playable" | "input"> & {
  readonly parent?: string | null;
  readonly above?: readonly string[];
};

/** How a run has ended, from its row; `undefined` while it has not. */
function endingOf({ id, status, output, error, reason }: RunRow): Ending | undefined {
  const parse = (json: string) => parseStored(json, `run ${id}`);
  if (status === "completed") return { is: "completed", output: output === null ? null : parse(output) };
  if (status === "failed") {
    const { step, ...why } = parse(error ?? "{}") as {
      readonly step?: string;
      readonly message: string;
    };
    return { is: "failed", step, error: why };
  }
  if (status !== "cancelled") return undefined;
  const { by = "", cancelled } = JSON.parse(reason ?? "{}") as {
    readonly by?: string;
    readonly cancelled?: string;
  };
  return { is: "cancelled", by, reason: cancelled };
}

/** A run is stopped when it was resumed this often without finishing a step. */
const MOST_RECOVERIES = 5;
/** How long a stop waits for tasks that do not end when they are told to. */
const GRACE_MS = 5_000;

/** Makes a deployment ready to be played; do it once per deployment. */
export function toPlayable(hash: string, plan: Plan, code: Code): Playable {
  return { hash, plan, code, graph: toGraph(plan), scores: new Map() };
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
  readonly outside: Outside;
  /** Stands for secrets in values; new in every process. */
  readonly #mark = randomUUID();
  #stopped: Error | undefined;
  readonly #ward: Ward;

  constructor(store: Store, clock: Clock, outside: Outside = NOTHING_OUTSIDE) {
    this.#store = store;
    this.#clock = clock;
    this.outside = outside;
    this.#ward = { store, clock, plays: this.#plays, opening: this.#opening };
  }

  /**
   * Begins a run with plain JSON that has been checked. Resolves when the run is durable: from then on it is not lost.
   * @throws MaestroError MR2012 after a stop
   */
  start(playable: Playable, input: unknown): Promise<Play> {
    const id = newId("run");
    return this.#open(id, () => this.#start({ id, playable, input }));
  }

  /** Begins a run for a step of another one. */
  startChild(child: NewChild): Promise<InnerPlay> {
    return this.#open(child.id, () => this.#start(child));
  }

  /** Goes on with a run that a step of another one has begun. */
  async resumeChild(
    id: string,
    playable: Playable,
    above: readonly string[],
  ): Promise<InnerPlay | Ending | undefined> {
    for (;;) {
      // Somebody may be going on with it already, or answering what it asks.
      const play = await this.playingOf(id);
      if (play) return play;
      if (this.isPlaying(id)) continue;
      return this.#open(id, async () => {
        const row = await this.#store.run(id);
        return row && (endingOf(row) ?? this.#resume(playable, row, new Set(), above));
      });
    }
  }

  /** The run, when it is being played here. */
  playOf(id: string): Play | undefined {
    return this.#plays.get(id);
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

  async #start({ id, playable, input, parent = null, above = [] }: NewRun): Promise<InnerPlay> {
    const now = this.#clock.now();
    const performance = this.#prepare(playable, { id, input, above, ...this.#limits(playable, now) });
    await this.#store.createRun({
      id,
      score: playable.plan.score,
      deployment: playable.hash,
      status: "running",
      input: toJsonText(input),
      createdAt: now,
      startedAt: now,
      parent,
    });
    return this.#play(performance, false);
  }

  /**
   * Goes on with a run that has not ended, from what is in the store.
   * @param redo keys of interrupted `retry: "never"` steps that may be played again
   * @throws MaestroError MR2008 when the run has ended, MR2011 when it is being played, MR2012 after a stop
   */
  async resume(playable: Playable, row: RunRow, redo: ReadonlySet<string> = new Set()): Promise<Play> {
    if (row.endedAt !== null) throw new MaestroError("MR2008", { run: row.id, status: row.status });
    return this.#open(row.id, () => this.#resume(playable, row, redo));
  }

  async #resume(
    playable: Playable,
    row: RunRow,
    redo: ReadonlySet<string>,
    above: readonly string[] = [],
  ): Promise<InnerPlay> {
    const steps = await this.#store.stepsOf(row.id);
    const stuck = await this.#countRecovery(row, steps);
    for (const step of steps) if (step.status === "running" && !isOpen(step)) this.#interrupt(step);
    const past = toHistory(steps);
    const limits = this.#limits(playable, row.startedAt ?? row.createdAt);
    const input = parseStored(row.input, `run ${row.id}`);
    const performance = this.#prepare(playable, { id: row.id, input, past, redo, above, ...limits });
    if (stuck) performance.state.failure ??= stuck;
    return this.#play(performance, true);
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
  async goOn(id: string): Promise<Play | undefined> {
    const play = this.#plays.get(id);
    if (play?.performance.halt?.is !== "pause") return undefined;
    if (await goOnPlaying(play.performance)) return play;
    await play.ending.catch(() => {});
    return undefined;
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
  async cancelledEnds(ids: readonly string[], why: object): Promise<CancelledEnds> {
    const runs = await openTree(this.#store, ids);
    return toCancelledEnds(this.#store, runs, { why, now: this.#clock.now() });
  }

  /**
   * Stops every run and waits until each has come to rest, or for `graceMs`: a task that ignores its signal is left
   * behind, and its run can be resumed. Nothing begins any more.
   */
  async stop(reason: Error, graceMs = GRACE_MS): Promise<void> {
    this.#stopped = reason;
    let cancel: () => void = () => {};
    const patience = new Promise<void>((resolve) => {
      cancel = this.#clock.after(graceMs, resolve);
    });
    await Promise.race([this.#comeToRest(reason), patience]);
    cancel();
  }

  async #comeToRest(reason: Error): Promise<void> {
    while (this.#opening.size + this.#plays.size > 0) {
      const plays = [...this.#plays.values()];
      for (const play of plays) play.stop(reason);
      await Promise.allSettled([...this.#opening.values(), ...plays.map(({ ending }) => ending)]);
    }
  }

  #limits({ plan }: Playable, startedAt: number): Pick<Beginning, "mark" | "deadline"> {
    return {
      mark: this.#mark,
      ...(plan.timeoutMs === undefined ? {} : { deadline: startedAt + plan.timeoutMs }),
    };
  }

  #prepare(playable: Playable, beginning: Beginning): Performance {
    const state = init(playable.plan, playable.graph, beginning);
    const { outside } = this;
    return new Performance({
      state,
      playable,
      journal: this.#store,
      clock: this.#clock,
      outside,
      children: this,
    });
  }

  #play(performance: Performance, resumed: boolean): InnerPlay {
    // After the caller has gone on: it may subscribe before anything is told.
    const begun = new Promise<void>((resolve) => nextTick(resolve));
    const ending = begun.then(() => {
      performance.tell({ type: "run.started", score: performance.playable.plan.score, resumed });
      return playRun(performance);
    });
    const play: InnerPlay = {
      id: performance.state.id,
      performance,
      ending,
      subscribe: (listener) => performance.subscribe(listener),
      stop: (reason) => performance.stop(reason),
      isEnding: () => performance.isEnding,
      decide: (step, decision) => decide(performance, step, decision),
    };
    if (this.#stopped) performance.stop(this.#stopped);
    this.#plays.set(play.id, play);
    const forget = () => this.#plays.delete(play.id);
    ending.then(forget, forget);
    return play;
  }

  #interrupt(step: StepRow): void {
    const endedAt = Math.max(this.#clock.now(), step.startedAt);
    const error = toJsonText({ message: "its process ended while it was at work" });
    this.#store.noteStep({ ...step, status: "interrupted", error, endedAt });
  }

  /** E6: counts resumptions without progress, and gives up after a few. */
  async #countRecovery(row: RunRow, steps: readonly StepRow[]) {
    const settled = steps.filter(({ status }) => status === "completed" || status === "failed").length;
    const last = (await this.#store.eventsOf(row.id)).findLast(({ type }) => type === "run.resumed");
    const before = last?.data ? (parseStored(last.data, `run ${row.id}`) as { settled: number }).settled : -1;
    // Only a run that was at work can have killed its process.
    const wasAtWork = row.status === "running";
    const recoveries = settled > before ? Number(wasAtWork) : row.recoveries + Number(wasAtWork);
    const now = this.#clock.now();
    this.#store.appendEvent({
      runId: row.id,
      at: now,
      type: "run.resumed",
      step: null,
      data: toJsonText({ settled }),
    });
    await this.#store.changeRun({
      id: row.id,
      status: "running",
      reason: null,
      recoveries,
      ...(row.startedAt === null ? { startedAt: now } : {}),
    });
    if (recoveries <= MOST_RECOVERIES) return undefined;
    const inFlight = steps.filter((step) => step.status === "running" && !isOpen(step)).map(({ key }) => key);
    const error = new MaestroError("MR3008", { recoveries, steps: inFlight });
    return { step: inFlight[0] ?? "", error: { code: error.code, message: error.message } };
  }
}
