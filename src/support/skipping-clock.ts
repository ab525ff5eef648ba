import type { Clock } from "./clock.ts";

interface Timer {
  readonly dueAt: number;
  readonly wake: () => void;
  real: NodeJS.Timeout | undefined;
}

/** A timer of Node's cannot wait for longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A clock that goes on as time does, and can skip to what is due next: a wait of a day is over at once. */
export class SkippingClock implements Clock {
  readonly #timers = new Set<Timer>();
  #offsetMs: number;

  /** @param at what it says now, Unix ms */
  constructor(at: number) {
    this.#offsetMs = at - Date.now();
  }

  // Passed on without its object.
  readonly now = (): number => Date.now() + this.#offsetMs;

  after(delayMs: number, wake: () => void): () => void {
    const timer: Timer = { dueAt: this.now() + delayMs, wake, real: undefined };
    this.#timers.add(timer);
    this.#arm(timer);
    return () => this.#forget(timer);
  }

  /** Goes to the instant of the timer that is due first, and wakes it. False when there is none. */
  skip(): boolean {
    const [first] = [...this.#timers].sort((a, b) => a.dueAt - b.dueAt);
    if (!first) return false;
    this.skipTo(first.dueAt);
    this.#fire(first);
    return true;
  }

  /** Goes to an instant that is still to come. */
  skipTo(at: number): void {
    this.#offsetMs += Math.max(0, at - this.now());
    // They are due sooner now.
    for (const timer of this.#timers) this.#arm(timer);
  }

  /** Nothing is woken any more. */
  stop(): void {
    for (const timer of this.#timers) this.#forget(timer);
  }

  #arm(timer: Timer): void {
    clearTimeout(timer.real);
    const restMs = Math.min(timer.dueAt - this.now(), LONGEST_TIMER_MS);
    timer.real = setTimeout(() => (this.now() >= timer.dueAt ? this.#fire(timer) : this.#arm(timer)), restMs);
  }

  #fire(timer: Timer): void {
    this.#forget(timer);
    timer.wake();
  }

  #forget(timer: Timer): void {
    clearTimeout(timer.real);
    this.#timers.delete(timer);
  }
}
