import type { Clock } from "../../support/clock.ts";
import type { Log } from "../orchestrator/log.ts";

/** Less than this is what a clock that is kept right does every day, or a busy machine. */
const WORTH_TELLING_MS = 5_000;

/** Compares the clock that is set with the one that nobody sets, and tells what happened between two looks. */
export interface ClockWatch {
  /** The next look is to come in `waitMs`. */
  expect(waitMs: number): void;
  look(): void;
}

export function watchClock({
  clock,
  steadyNow,
  log,
  onJump,
}: {
  readonly clock: Clock;
  readonly steadyNow: () => number;
  readonly log: Log;
  /** What waits for an instant of the wall clock does so by a timer, and that does not jump. */
  readonly onJump?: (() => void) | undefined;
}): ClockWatch {
  let last: { readonly wall: number; readonly steady: number } | undefined;
  let dueIn = Number.POSITIVE_INFINITY;
  return {
    expect(waitMs) {
      dueIn = waitMs;
    },
    look() {
      const now = { wall: clock.now(), steady: steadyNow() };
      if (last) {
        const passedMs = now.steady - last.steady;
        const setMs = Math.round(now.wall - last.wall - passedMs);
        if (setMs > WORTH_TELLING_MS)
          log.warn("the clock was set forward, or the machine was asleep", { byMs: setMs });
        if (setMs < -WORTH_TELLING_MS) log.warn("the clock was set back", { byMs: -setMs });
        if (Math.abs(setMs) > WORTH_TELLING_MS) onJump?.();
        if (passedMs - dueIn > WORTH_TELLING_MS)
          log.warn("the process was held", { forMs: Math.round(passedMs - dueIn) });
      }
      last = now;
    },
  };
}
