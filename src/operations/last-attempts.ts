import type { StepRow } from "../store/store.ts";

/** The last attempt of each step, by key. */
export function lastAttempts(steps: readonly StepRow[]): ReadonlyMap<string, StepRow> {
  const last = new Map<string, StepRow>();
  for (const step of steps) if (step.attempt > (last.get(step.key)?.attempt ?? 0)) last.set(step.key, step);
  return last;
}
