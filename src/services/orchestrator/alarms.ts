import type { Clock } from "../../support/clock.ts";

/** The wall clock is looked at this often at least: a timer knows nothing of a machine that was asleep. */
const LOOK_MS = 30_000;

/** Runs at rest that go on by themselves at an instant, unless something becomes of them before. */
export class Alarms {
  readonly #clock: Clock;
  readonly #ring: (run: string) => void;
  readonly #at = new Map<string, number>();
  #nextAt = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #isClosed = false;

  constructor(clock: Clock, ring: (run: string) => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** @param at Unix ms; undefined: it goes on by itself no more */
  set(run: string, at: number | undefined): void {
    if (this.#isClosed) return;
    if (at === undefined) return void this.#at.delete(run);
    this.#at.set(run, at);
    if (at < this.#nextAt) this.#waitUntil(at);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #waitUntil(at: number): void {
    this.#cancel?.();
    this.#nextAt = at;
    const waitMs = Math.min(LOOK_MS, Math.max(1, at - this.#clock.now()));
    this.#cancel = this.#clock.after(waitMs, () => this.#look());
  }

  #look(): void {
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    const due: string[] = [];
    for (const [run, at] of this.#at) {
      if (at <= now) due.push(run);
      else next = Math.min(next, at);
    }
    for (const run of due) this.#at.delete(run);
    this.#nextAt = Number.POSITIVE_INFINITY;
    if (next !== Number.POSITIVE_INFINITY) this.#waitUntil(next);
    for (const run of due) this.#ring(run);
  }
}
