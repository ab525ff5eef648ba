import { parseStored } from "../store/parse-stored.ts";
import type { StepRow } from "../store/store.ts";
import { NOT_IN_TIME } from "./core/reach-step.ts";
import type { PastAttempt, StepError } from "./core/state.ts";

/** A wait, a checkpoint, or what another run does: nothing of its own was at work when the process ended. */
export function isOpen({ kind }: StepRow): boolean {
  return kind === "wait" || kind === "checkpoint" || kind === "score";
}

/** Of what is open: when it is over by itself, and which run plays it. */
function openOf(row: StepRow): Pick<PastAttempt, "open" | "until" | "child"> {
  const { kind, status, info } = row;
  if (status !== "running" || info === null || !isOpen(row)) return {};
  const { until, run } = parse(row, info) as { readonly until?: unknown; readonly run?: unknown };
  return {
    open: kind,
    ...(typeof until === "number" ? { until } : {}),
    ...(typeof run === "string" ? { child: run } : {}),
  };
}

function parse({ key, runId }: StepRow, json: string): unknown {
  return parseStored(json, `step "${key}" of run ${runId}`);
}

/** A checkpoint whose time ran out: that it leaves a gap is its result, and is not decided again. */
function wasAsked(row: StepRow): boolean {
  const { info } = row;
  return info !== null && (parse(row, info) as { readonly reason?: unknown }).reason === NOT_IN_TIME;
}

/** Of a value that an artifact had made anew: which it was. */
function roundOf(row: StepRow): Pick<PastAttempt, "round"> {
  const { info } = row;
  if (!info?.includes('"round"')) return {};
  const { round } = parse(row, info) as { readonly round?: unknown };
  return typeof round === "number" ? { round } : {};
}

/** What the journal says of each step, by key, attempts in order. Other skips are left out: they are decided again. */
export function toHistory(rows: readonly StepRow[]): Map<string, PastAttempt[]> {
  const history = new Map<string, PastAttempt[]>();
  for (const row of rows) {
    if (row.status === "skipped" && !wasAsked(row)) continue;
    const attempts = history.get(row.key) ?? [];
    attempts.push({
      attempt: row.attempt,
      status: row.status,
      ...(row.status === "completed" ? { value: row.output === null ? null : parse(row, row.output) } : {}),
      ...(row.error === null ? {} : { error: parse(row, row.error) as StepError }),
      endedAt: row.endedAt ?? undefined,
      ...openOf(row),
      ...roundOf(row),
    });
    history.set(row.key, attempts);
  }
  for (const attempts of history.values()) attempts.sort((a, b) => a.attempt - b.attempt);
  return history;
}
