/** Where time comes from. Passed in, so that tests and simulations own it. */
export interface Clock {
  /** Unix time in milliseconds. */
  now(): number;
  /** Calls `wake` once after `delayMs`; the returned function takes that back. */
  after(delayMs: number, wake: () => void): () => void;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: Date.now,
  after(delayMs, wake) {
    const timer = setTimeout(wake, Math.min(delayMs, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};
