import { parseStored } from "../store/parse-stored.ts";
import type { CachedResult } from "../store/store.ts";
import { cacheKeyOf } from "./cache-key.ts";
import type { Step } from "./core/state.ts";
import type { Performance } from "./performance.ts";
import { holdBack, playStep, record } from "./play-step.ts";

/** How often, at most, results whose time is over are deleted. */
const SWEEP_MS = 1_000;

/** The steps under way whose result others may take: whoever asks for the same meanwhile waits for it. */
export class Flights {
  readonly underWay = new Map<string, Promise<void>>();
  /** When results whose time is over were last deleted. */
  sweptAt = 0;
}

/**
 * Plays a step whose result may be kept from another run, or is about to be. Only one of those that ask for the same at
 * the same time is played; should it bring nothing, the next one is. Never throws: a store that fails crashes the run.
 */
export async function playCached(run: Performance, step: Step): Promise<void> {
  try {
    // What follows from a sample or a recording is nothing for other runs.
    const key = run.source ? undefined : cacheKeyOf(run, step);
    if (key === undefined) return await playStep(run, step, { isCacheAsked: true });
    const { underWay } = run.shared.flights;
    for (let other = underWay.get(key); other && !isPlayed(run, step); other = underWay.get(key)) {
      await orLeft(run, other);
      if (run.isStopping || run.state.failure) return holdBack(run, step);
    }
    await lead(run, step, key);
  } catch (error) {
    run.crash ??= { error };
    run.wake();
  }
}

/** Whatever is kept: the run says so, or this one tries again, or a gate has it made anew, which wants another result. */
function isPlayed(run: Performance, { key, attempt }: Step): boolean {
  return attempt > 1 || run.isPlayedAnew(key);
}

/** From now on the others wait; the result is kept when this has ended. */
async function lead(run: Performance, step: Step, key: string): Promise<void> {
  const { underWay } = run.shared.flights;
  const over = Promise.withResolvers<void>();
  underWay.set(key, over.promise);
  try {
    const kept = isPlayed(run, step) ? undefined : await run.journal.cached(key, run.clock.now());
    if (kept && !run.isStopping && !run.state.failure) return await take(run, step, kept);
    await playStep(run, step, { isCacheAsked: true, key });
    sweep(run);
  } finally {
    if (underWay.get(key) === over.promise) underWay.delete(key);
    over.resolve();
  }
}

/** Completed without an attempt: a row of its own run that says where the result comes from. */
async function take(run: Performance, step: Step, { output: json, ...cached }: CachedResult): Promise<void> {
  const call = run.begin(step);
  run.finish(call);
  call.info = { cached };
  const value = parseStored(json, `run ${cached.run}, step ${cached.step}`);
  await record(run, call, { value, json });
}

/** Until `other` is over, or the run takes no further step. */
async function orLeft(run: Performance, other: Promise<void>): Promise<void> {
  const left = Promise.withResolvers<void>();
  run.waiting.add(left.resolve);
  await Promise.race([other, left.promise]);
  run.waiting.delete(left.resolve);
}

function sweep({ shared: { flights }, journal, clock }: Performance): void {
  const now = clock.now();
  if (Math.abs(now - flights.sweptAt) < SWEEP_MS) return;
  flights.sweptAt = now;
  journal.sweepCached(now);
}
