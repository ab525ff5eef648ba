import type { ScoreRecord } from "./define-score.ts";
import { type Compiled, toPlan } from "./to-plan.ts";

/** A score and all that are played by it, directly or not, in an order that is always the same; its own has no record. */
export function allScores(compiled: Compiled): ReadonlyMap<ScoreRecord | undefined, Compiled> {
  const all = new Map<ScoreRecord | undefined, Compiled>([[undefined, compiled]]);
  for (const { scores } of all.values())
    for (const record of scores.values()) if (!all.has(record)) all.set(record, toPlan(record));
  return all;
}
