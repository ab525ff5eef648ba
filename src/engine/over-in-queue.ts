import type { RunRow } from "../store/store.ts";
import { endingOf } from "./ending-of.ts";
import type { Who } from "./halt.ts";
import type { Ending } from "./take-moves.ts";

/** A run as it was put into the queue. */
export type QueuedRow = Pick<RunRow, "id" | "status" | "reason">;

/**
 * What somebody has made of a run while it waited for its turn, when it is not to begin for that: it was ended, or held.
 * @param before somebody may have let a held one go on
 */
export function overInQueue(before: QueuedRow, now: RunRow): Ending | undefined {
  const ended = endingOf(now);
  if (ended) return ended;
  const isAsBefore = before.status === now.status && before.reason === now.reason;
  if (now.status !== "paused" || isAsBefore) return undefined;
  const { paused } = JSON.parse(now.reason ?? "{}") as { readonly paused?: Who };
  return paused && { is: "paused", ...paused };
}
