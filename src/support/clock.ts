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
    let timer: NodeJS.Timeout;
    // A timer of Node's cannot wait for more than 24 days: the rest is waited for again.
    const wait = (restMs: number) => {
      const stepMs = Math.min(restMs, LONGEST_TIMER_MS);
      timer = setTimeout(() => (restMs > stepMs ? wait(restMs - stepMs) : wake()), stepMs);
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
};
