import type { Ending, Play, RunEvent } from "../../engine/index.ts";

/** What somebody who follows a run is told. */
export interface Followed {
  readonly events: readonly RunEvent[];
  /** Asked for as `after` the next time. */
  readonly next: number;
  /** How playing it ended. Nothing follows. */
  readonly ending?: Ending;
}

/** What is kept of one run for those who follow it. */
const MOST_EVENTS = 5_000;
/** An answer waits for this long until there is something to tell. */
const PATIENCE_MS = 20_000;
/** A run that has ended, or that nobody asks about, is forgotten after this. */
const KEPT_MS = 120_000;

interface Kept {
  events: RunEvent[];
  /** The number of the first that is kept. Each owner begins at another one, above those of the owners before. */
  first: number;
  ending: Ending | undefined;
  /** What the store has thrown. */
  failure: { readonly error: unknown } | undefined;
  askedAt: number;
  /** Those who wait for news. */
  readonly waiting: Set<() => void>;
  /** Hears no more. */
  readonly leave: () => void;
}

/** The events of the runs that other processes follow: nobody else's are kept. */
export class FollowedRuns {
  readonly #runs = new Map<string, Kept>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Keeps what happens to a run from now on, until nobody asks for it any more. */
  watch(play: Play): void {
    if (this.#runs.get(play.id)?.ending === undefined && this.#runs.has(play.id)) return;
    const kept: Kept = {
      events: [],
      first: this.#now(),
      ending: undefined,
      failure: undefined,
      askedAt: this.#now(),
      waiting: new Set(),
      leave: play.subscribe((event) => this.#hear(kept, play.id, event)),
    };
    this.#runs.set(play.id, kept);
    play.ending.then(
      (ending) => this.#end(kept, () => (kept.ending = ending)),
      (error: unknown) => this.#end(kept, () => (kept.failure = { error })),
    );
  }

  isWatched(run: string): boolean {
    return this.#runs.has(run);
  }

  /**
   * What has happened since `after`, which is `next` of an earlier answer, or 0; waits for a while until there is something.
   * @throws what the store has thrown while the run was played
   */
  async read(run: string, after: number): Promise<Followed> {
    const kept = this.#runs.get(run)!;
    kept.askedAt = this.#now();
    const next = () => kept.first + kept.events.length;
    if (next() <= after && !kept.ending && !kept.failure) await this.#news(kept);
    if (kept.failure) throw kept.failure.error;
    const from = Math.max(0, after - kept.first);
    // Told together, so whoever hears of the ending has heard all there was before it.
    return {
      events: kept.events.slice(from),
      next: next(),
      ...(kept.ending ? { ending: kept.ending } : {}),
    };
  }

  /** Nobody follows any more: those who wait hear what there is. */
  close(): void {
    for (const kept of this.#runs.values()) for (const wake of kept.waiting) wake();
  }

  #hear(kept: Kept, run: string, event: RunEvent): void {
    if (this.#now() - kept.askedAt > KEPT_MS && kept.waiting.size === 0) return this.#forget(run, kept);
    kept.events.push(event);
    if (kept.events.length > 2 * MOST_EVENTS) {
      kept.first += kept.events.length - MOST_EVENTS;
      kept.events = kept.events.slice(-MOST_EVENTS);
    }
    this.#wake(kept);
  }

  #end(kept: Kept, note: () => void): void {
    note();
    this.#wake(kept);
    for (const [run, other] of this.#runs)
      if (this.#now() - other.askedAt > KEPT_MS && (other.ending || other.failure)) this.#forget(run, other);
  }

  #forget(run: string, kept: Kept): void {
    kept.leave();
    this.#runs.delete(run);
  }

  #wake(kept: Kept): void {
    for (const wake of kept.waiting) wake();
  }

  async #news(kept: Kept): Promise<void> {
    const news = Promise.withResolvers<void>();
    const timer = setTimeout(news.resolve, PATIENCE_MS).unref();
    kept.waiting.add(news.resolve);
    await news.promise;
    kept.waiting.delete(news.resolve);
    clearTimeout(timer);
  }
}
