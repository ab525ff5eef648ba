import type { RunRow } from "../store/store.ts";

/** Runs in the order in which they go on: those that have begun, then those in the queue, each by priority, then by age. */
export function inTurn(rows: readonly RunRow[]): RunRow[] {
  const isNew = ({ startedAt }: RunRow) => Number(startedAt === null);
  return rows.toSorted((a, b) => isNew(a) - isNew(b) || b.priority - a.priority || (a.id < b.id ? -1 : 1));
}
