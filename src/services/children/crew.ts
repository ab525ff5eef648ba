import { MaestroError } from "../../diagnostics/index.ts";
import { Child, type ChildListener, type ChildSettings } from "./child.ts";
import type { Job } from "./job.ts";
import type { LoadFailure, ScoreFacts } from "./protocol.ts";
import type { Verdict } from "./verdicts.ts";

/** Who says how many children there may be, over all deployments. */
export interface Room {
  readonly isClosed: boolean;
  /** May another child be started now? Otherwise this crew is told, once, when it may. */
  ask(crew: Crew): boolean;
  /** A child of this crew is gone. */
  freed(): void;
  /** Steps that were at work when a process ended, by key: how often by chance, or the most when it may have been theirs. */
  readonly suspects: Map<string, number>;
}

/** After so many children that did not come up, there is no point in another. */
const MOST_START_FAILURES = 3;
/** A child after which so many were started is none that ended in a row with them. */
const CALM_MS = 10_000;
const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 5_000;
/** Who was there by chance so often is played alone at last. */
const MOST_CHANCES = 3;

/** The children of one deployment, and what they are to do. */
export class Crew implements ChildListener {
  readonly children = new Set<Child>();
  readonly #codeFile: string;
  readonly #settings: ChildSettings & { readonly recycleAfter: number };
  readonly #room: Room;
  #queue: Job[] = [];
  /** Those that nothing else may be at work beside. */
  #alone: Job[] = [];
  #facts: PromiseWithResolvers<readonly ScoreFacts[]> | undefined;
  #startFailures = 0;
  #deaths = 0;
  #mayStartAt = 0;
  #isStartPlanned = false;
  /** Somebody waits for the facts. */
  #isAsked = false;

  constructor(codeFile: string, settings: ChildSettings & { readonly recycleAfter: number }, room: Room) {
    this.#codeFile = codeFile;
    this.#settings = settings;
    this.#room = room;
  }

  /** What its children say of the deployment's scores. */
  facts(): Promise<readonly ScoreFacts[]> {
    if (!this.#facts) {
      this.#facts = Promise.withResolvers();
      this.#isAsked = true;
      this.next();
    }
    return this.#facts.promise;
  }

  submit(job: Job): void {
    const { suspects, isClosed } = this.#room;
    // Nobody plays it any more: it stays open until it is told to end.
    if (isClosed) return;
    if (suspects.size > 0 && (suspects.get(job.key) ?? 0) >= MOST_CHANCES) {
      this.#alone.push(job);
      return this.next();
    }
    const child = this.#queue.length === 0 ? this.#pick() : undefined;
    if (!child) {
      this.#queue.push(job);
      return this.next();
    }
    const isBusy = child.size > 0;
    child.give(job);
    if (isBusy) this.#start();
  }

  /** Has it something to do, and nobody to do it? */
  get isWaiting(): boolean {
    return this.#isAsked || this.#queue.length + this.#alone.length > 0;
  }

  onReady(_child: Child, scores: readonly ScoreFacts[]): void {
    this.#startFailures = 0;
    this.#isAsked = false;
    this.#facts ??= Promise.withResolvers();
    this.#facts.resolve(scores);
    this.next();
  }

  onDone(child: Child, { key }: Job): void {
    const { suspects } = this.#room;
    if (suspects.size > 0) suspects.delete(key);
    if (child.given >= this.#settings.recycleAfter) child.isRetiring = true;
    if (child.size === 0 && child.isRetiring) child.quit();
    if (this.isWaiting || child.isReserved) this.next();
  }

  onGone(child: Child, verdicts: readonly Verdict[], why: (others: number) => MaestroError): void {
    this.children.delete(child);
    const { isClosed, suspects } = this.#room;
    if (isClosed) return;
    if (child.isUnasked) this.#backOff(child);
    for (const { job, others, isCounted, isChance } of verdicts) {
      if (isCounted) suspects.delete(job.key);
      else suspects.set(job.key, isChance ? (suspects.get(job.key) ?? 0) + 1 : MOST_CHANCES);
      job.interrupt(why(others), isCounted);
    }
    this.#room.freed();
    this.next();
  }

  /** Gives out what waits. */
  next(): void {
    this.#drop();
    for (let job = this.#alone[0]; job; job = this.#alone[0]) {
      const child = this.#free();
      if (!child) break;
      child.isReserved = true;
      child.give(this.#alone.shift()!);
    }
    for (const child of this.children)
      if (child.isReserved && child.size === 0 && this.#alone.length === 0) child.isReserved = false;
    for (let child = this.#pick(); child && this.#queue.length > 0; child = this.#pick())
      child.give(this.#queue.shift()!);
    if (this.isWaiting && !this.#start() && this.#alone.length > 0) this.#reserve();
  }

  /** What was told to end before it began is over. */
  #drop(): void {
    if (this.#queue.some(({ isSettled }) => isSettled))
      this.#queue = this.#queue.filter(({ isSettled }) => !isSettled);
    if (this.#alone.some(({ isSettled }) => isSettled))
      this.#alone = this.#alone.filter(({ isSettled }) => !isSettled);
  }

  /** Who has the least to do. */
  #pick(): Child | undefined {
    let least: Child | undefined;
    for (const child of this.children)
      if (child.isReady && !child.isRetiring && !child.isReserved && !(least && least.size <= child.size))
        least = child;
    return least;
  }

  #free(): Child | undefined {
    for (const child of this.children)
      if (child.isReady && !child.isRetiring && child.size === 0) return child;
    return undefined;
  }

  /** Somebody who is busy takes nothing more, until what has to be alone can be. */
  #reserve(): void {
    for (const child of this.children) if (child.isReserved && child.isReady && !child.isRetiring) return;
    const child = this.#pick();
    if (child) child.isReserved = true;
  }

  /** Starts another child, unless one is starting, or there is no room. False when nobody is to be expected. */
  #start(): boolean {
    if (this.#room.isClosed) return false;
    for (const child of this.children) if (!child.isReady) return true;
    const waitMs = this.#mayStartAt - this.#settings.clock.now();
    if (waitMs > 0) {
      if (!this.#isStartPlanned) this.#settings.clock.after(waitMs, () => this.#startLater());
      this.#isStartPlanned = true;
      return true;
    }
    if (!this.#room.ask(this)) return false;
    this.children.add(new Child(this.#codeFile, this.#settings, this));
    return true;
  }

  #startLater(): void {
    this.#isStartPlanned = false;
    this.next();
  }

  /** The more of them end in a row, the longer it takes to start another. */
  #backOff(child: Child): void {
    const { clock } = this.#settings;
    const now = clock.now();
    this.#deaths = now - child.startedAt > CALM_MS ? 1 : this.#deaths + 1;
    const waitMs = this.#deaths < 2 ? 0 : FIRST_BACKOFF_MS * 2 ** (this.#deaths - 2);
    this.#mayStartAt = now + Math.min(waitMs, LONGEST_BACKOFF_MS);
    if (child.isReady || (++this.#startFailures < MOST_START_FAILURES && !child.loadFailure)) return;
    this.#startFailures = 0;
    const failure = child.loadFailure ?? new MaestroError("MR3073", { why: child.whyNot() });
    this.#facts?.reject(failure instanceof Error ? failure : new LoadError(failure));
    this.#facts = undefined;
    this.#isAsked = false;
    const error = new MaestroError("MR3073", { why: child.whyNot() });
    for (const job of [...this.#alone.splice(0), ...this.#queue.splice(0)]) job.interrupt(error, true);
  }
}

/** The code of a deployment cannot be loaded. */
export class LoadError extends Error {
  readonly failure: LoadFailure;

  constructor(failure: LoadFailure) {
    super(failure.detail);
    this.failure = failure;
  }
}
