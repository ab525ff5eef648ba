import { parseStored } from "../store/parse-stored.ts";
import type { InsideRow, SpentRow } from "../store/progress.ts";
import type { RunRow, Store } from "../store/store.ts";
import { type RunDetail, type StepDetail, stepDetailsOf, toLog, waitingIn } from "./run-detail.ts";

/** What is inside of a map or a loop, as far as it has begun. */
export interface InsideCount {
  /** Items and turns that are over. */
  readonly done: number;
  readonly failed: number;
  /** When the first of it began. */
  readonly startedAt: number;
}

/** A run while it is played: what stands in maps and loops is counted, and only one step has its output. */
export interface WatchedRun extends Pick<RunDetail, "run" | "input" | "error" | "waiting" | "logs"> {
  readonly steps: readonly StepDetail[];
  /** By the key of the map or the loop, which may have no row of its own yet. */
  readonly inside: Readonly<Record<string, InsideCount>>;
  /** What models have cost, by step, with all that is inside of it. */
  readonly spent: Readonly<Record<string, Omit<SpentRow, "frame">>>;
}

/**
 * A run as a screen shows it that is drawn again and again.
 * @param step the one that is looked at closely
 */
export async function runProgress(store: Store, row: RunRow, step: string | undefined): Promise<WatchedRun> {
  const { steps, inside, spent, events } = await store.progressOf(row.id, step);
  const { input, output: _, error, reason: __, ...run } = row;
  return {
    run,
    input: parseStored(input, `run ${row.id}`),
    error: error === null ? undefined : (parseStored(error, `run ${row.id}`) as RunDetail["error"]),
    steps: stepDetailsOf(steps),
    inside: countInside(inside),
    spent: Object.fromEntries(spent.map(({ frame, ...sum }) => [frame, sum])),
    waiting: row.endedAt === null ? waitingIn(events, steps) : [],
    logs: events.filter(({ type }) => type === "log").map(toLog),
  };
}

function countInside(rows: readonly InsideRow[]): Record<string, InsideCount> {
  const counts: Record<string, InsideCount> = {};
  for (const { frame, status, isItem, count, startedAt } of rows) {
    const before = counts[frame] ?? { done: 0, failed: 0, startedAt };
    // What is inside an item counts with the item.
    const isOver = isItem && status !== "running";
    counts[frame] = {
      done: before.done + (isOver ? count : 0),
      failed: before.failed + (isOver && status === "failed" ? count : 0),
      startedAt: Math.min(before.startedAt, startedAt),
    };
  }
  return counts;
}
