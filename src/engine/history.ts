import type { StepRow } from "../store/store.ts";
import type { PastAttempt, StepError } from "./core/state.ts";

/** Of what is open: when it is over by itself, and which run plays it. */
function openOf({ status, info }: StepRow): Pick<PastAttempt, "until" | "child"> {
  if (status !== "running" || info === null) return {};
  const { until, run } = JSON.parse(info) as { readonly until?: unknown; readonly run?: unknown };
  return {
    ...(typeof until === "number" ? { until } : {}),
    ...(typeof run === "string" ? { child: run } : {}),
  };
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
      ...openOf(row),
    });
    history.set(row.key, attempts);
  }
  for (const attempts of history.values()) attempts.sort((a, b) => a.attempt - b.attempt);
  return history;
}
