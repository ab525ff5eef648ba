import type { Store } from "../store/store.ts";
import type { SkippingClock } from "../support/skipping-clock.ts";
import type { Engine } from "./engine.ts";
import type { Performance } from "./performance.ts";

/** Turns of the event loop in which nothing is under way before time is skipped. */
const QUIET_TURNS = 3;
/** From then on an attempt is one that takes its time. */
const SHORT_TURNS = 200;

/** Looks at a run from time to time. */
export interface Skipping {
  /** Resolves after `end`; rejects when the store, or `act`, has failed. */
  readonly over: Promise<void>;
  end(): void;
}

/**
 * Skips to what a run waits for next whenever nothing of it is under way: a wait, a retry's pause, a checkpoint's time.
 * Time that an attempt takes is its own.
 * @param how `act`: what can be done before that, and whether something was
 */
export function skipWhenIdle(
  engine: Engine,
  how: {
    readonly run: string;
    readonly store: Store;
    readonly clock: SkippingClock;
    readonly act: () => Promise<boolean>;
  },
): Skipping {
  const { run, store, clock, act } = how;
  let isOver = false;
  const watch = async () => {
    for (let quiet = 0, busy = 0; !isOver; ) {
      await (busy < SHORT_TURNS ? new Promise(setImmediate) : pause());
      const performance = (await engine.playingOf(run))?.performance;
      if (!performance || isBusy(performance)) {
        quiet = 0;
        busy++;
        continue;
      }
      await store.settled();
      if (isOver || ++quiet < QUIET_TURNS || isBusy(performance)) continue;
      quiet = busy = 0;
      if (await act()) continue;
      // What it waits for is no time: it is about to end.
      if (!isOver && !isBusy(performance) && !clock.skip()) await pause();
    }
  };
  return {
    over: watch(),
    end() {
      isOver = true;
    },
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

/** A step that plays a score counts by what is under way in that run, as soon as it has begun. */
function isBusy({ calls, unwritten, inner }: Performance): boolean {
  const played = [...calls].filter(({ step }) => step.node.plan.kind === "score").length;
  return unwritten !== undefined || calls.size > played || played > inner.size || [...inner].some(isBusy);
}
