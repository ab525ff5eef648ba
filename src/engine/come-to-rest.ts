import type { Ward } from "./control-runs.ts";
import type { InnerPlay } from "./engine.ts";
import type { QueuedPlay } from "./turns.ts";

/** @see Engine.stop */
export function stopRuns(ward: Ward, reason: Error, graceMs: number): Promise<boolean> {
  return comeToRest(ward, (play) => play.stop(reason), graceMs);
}

/** @see Engine.drain */
export function drainRuns(ward: Ward, graceMs: number): Promise<boolean> {
  const drain = (play: QueuedPlay | InnerPlay) => {
    if ("performance" in play) play.performance.drain();
    // A stop would tell its parts to end as well, also those that somebody goes on with while it waits.
    else if (play.withdraw()) play.leave({ is: "stopped" });
  };
  return comeToRest(ward, drain, graceMs);
}

/**
 * Ends every run with `end` and waits until each has come to rest, or for `graceMs`. Resolves with whether all have.
 * Somebody has seen to it that nothing else begins.
 */
async function comeToRest(
  { clock, ...all }: Ward,
  end: (play: QueuedPlay | InnerPlay) => void,
  graceMs: number,
): Promise<boolean> {
  const patience = Promise.withResolvers<boolean>();
  const cancel = clock.after(graceMs, () => patience.resolve(false));
  const isAtRest = await Promise.race([endAll(all, end).then(() => true), patience.promise]);
  cancel();
  return isAtRest;
}

/** What was about to begin when it was told has begun then, and is told as well. */
async function endAll(
  { turns, plays, opening }: Pick<Ward, "turns" | "plays" | "opening">,
  end: (play: QueuedPlay | InnerPlay) => void,
): Promise<void> {
  for (;;) {
    const known = [...turns.queued.values(), ...plays.values()];
    if (opening.size + known.length === 0) return;
    for (const play of known) end(play);
    await Promise.allSettled([...opening.values(), ...known.map(({ ending }) => ending)]);
  }
}
