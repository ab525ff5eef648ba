import type { StepRow } from "../store/store.ts";
import type { PastAttempt, StepError } from "./core/state.ts";

/** When an open wait or checkpoint is over by itself. */
function untilOf({ status, info }: StepRow): { readonly until?: number } {
  if (status !== "running" || info === null) return {};
  const { until } = JSON.parse(info) as { readonly until?: unknown };
  return typeof until === "number" ? { until } : {};
}

/** What the journal says of each step, by key, attempts in order. Skips are left out: they are decided again. */
export function toHistory(rows: readonly StepRow[]): Map<string, PastAttempt[]> {
  const history = new Map<string, PastAttempt[]>();
  for (const row of rows) {
    if (row.status === "skipped") continue;
    const attempts = history.get(row.key) ?? [];
    attempts.push({
      attempt: row.attempt,
      status: row.status,
      ...(row.status === "completed" ? { value: row.output === null ? null : JSON.parse(row.output) } : {}),
      ...(row.error === null ? {} : { error: JSON.parse(row.error) as StepError }),
      endedAt: row.endedAt ?? undefined,
      ...untilOf(row),
    });
    history.set(row.key, attempts);
  }
  for (const attempts of history.values()) attempts.sort((a, b) => a.attempt - b.attempt);
  return history;
}
