import type { Connection, Row, Value } from "./connection.ts";
import type { StepPlace } from "./history-store.ts";
import { insertion, RANK } from "./insertion.ts";
import type { JournalRow, StepRow, StepStatus } from "./store.ts";
import { texts, textsOf } from "./texts.ts";

/**
 * Writes an attempt, or settles one that was written as running; a settled one stays as it is. The start that was
 * written first counts.
 */
export const recordStep = insertion(
  RANK.step,
  "steps (run_id, key, attempt, kind, status, started_at, ended_at, error, info, output)",
  10,
  `ON CONFLICT (run_id, key, attempt) DO UPDATE SET
    status = excluded.status, ended_at = max(excluded.ended_at, steps.started_at),
    error = excluded.error, info = coalesce(excluded.info, steps.info), output = excluded.output
  WHERE steps.status = 'running'`,
  // A task that gives something at its first attempt.
  {
    into: "steps (run_id, key, started_at, ended_at, output, attempt, kind, status)",
    width: 5,
    rest: "1, 'task', 'completed'",
  },
);

/** @param output what stays in the row: null when it is kept as an artifact */
export function stepArgs(row: StepRow, output: string | null): Value[] {
  const { startedAt } = row;
  // The wall clock may have been set back during the step.
  const endedAt = row.endedAt === null ? null : Math.max(row.endedAt, startedAt);
  if (isUsual(row)) return [row.runId, row.key, startedAt, endedAt, output];
  return [
    row.runId,
    row.key,
    row.attempt,
    row.kind,
    row.status,
    startedAt,
    endedAt,
    row.error,
    row.info,
    output,
  ];
}

function isUsual({ attempt, kind, status, error, info }: StepRow): boolean {
  return attempt === 1 && status === "completed" && kind === "task" && error === null && info === null;
}

// The artifact is looked up only for attempts that can have one: a completed attempt without an output in its row.
const OUTPUT = `CASE WHEN s.status = 'completed' AND s.output IS NULL THEN (
    SELECT CAST(b.content AS TEXT) FROM artifacts a JOIN blobs b ON b.hash = a.blob
    WHERE a.run_id = s.run_id AND a.step = s.key AND a.attempt = s.attempt AND a.name = 'output'
  ) ELSE s.output END`;
const HEAD = ["s.run_id", "s.key", "s.kind", "s.status", "s.error", "s.info"] as const;
const IN_ORDER = "ORDER BY s.ended_at IS NULL, s.ended_at, s.started_at, s.key, s.attempt";
const OF_RUN = `FROM steps s WHERE s.run_id = ? ${IN_ORDER}`;
const BETWEEN = `SELECT s.attempt, s.started_at, s.ended_at, ${texts(...HEAD, OUTPUT)} FROM steps s
  WHERE s.run_id = ? AND (s.key, s.attempt) > (?, ?) AND (s.key, s.attempt) <= (?, ?) ORDER BY s.key, s.attempt`;
const STEPS_OF = `SELECT s.attempt, s.started_at, s.ended_at, ${texts(...HEAD, OUTPUT)} ${OF_RUN}`;
// A name does not begin with a digit, so `drafts/3` is inside of a map, and `onError/told` is not.
const TOP_STEPS_OF = `SELECT s.attempt, s.started_at, s.ended_at, ${texts(...HEAD, `CASE WHEN s.key = ? THEN ${OUTPUT} END`)}
  FROM steps s WHERE s.run_id = ?
    AND substr(s.key, instr(s.key, '/') + 1, 1) NOT BETWEEN '0' AND '9' ${IN_ORDER}`;
const OPEN_CHECKPOINTS = `SELECT s.attempt, s.started_at, s.ended_at, ${texts(...HEAD, "NULL")}
  FROM runs r JOIN steps s ON s.run_id = r.id
  WHERE r.status IN ('running', 'waiting', 'paused') AND s.status = 'running' AND s.kind = 'checkpoint'
  ORDER BY s.started_at, s.run_id, s.key`;

// Bytes, which SQLite knows without reading what is counted.
const LONG = 1_024;
const IS_LEFT = `(CASE WHEN s.output IS NOT NULL THEN octet_length(s.output) > ${LONG}
  ELSE s.status = 'completed' AND EXISTS (
    SELECT 1 FROM artifacts a
    WHERE a.run_id = s.run_id AND a.step = s.key AND a.attempt = s.attempt AND a.name = 'output') END)`;
const JOURNAL_OF = `SELECT s.attempt, s.started_at, s.ended_at, ${IS_LEFT} AS is_left,
  ${texts(...HEAD, `CASE WHEN ${IS_LEFT} THEN NULL ELSE s.output END`)} ${OF_RUN}`;
const OUTPUT_OF = `SELECT ${texts(OUTPUT)} FROM steps s WHERE s.run_id = ? AND s.key = ? AND s.attempt = ?`;

export async function stepsOf(connection: Connection, runId: string): Promise<StepRow[]> {
  return (await connection.execute(STEPS_OF, [runId])).map(toStep);
}

/** Attempts outside of maps and loops, with the output of one step alone. */
export async function topStepsOf(
  connection: Connection,
  runId: string,
  step: string | undefined,
): Promise<StepRow[]> {
  return (await connection.execute(TOP_STEPS_OF, [step ?? "", runId])).map(toStep);
}

/** Of all runs that may go on, the one that was asked first first; without outputs, which they do not have. */
export async function openCheckpoints(connection: Connection): Promise<StepRow[]> {
  return (await connection.execute(OPEN_CHECKPOINTS, [])).map(toStep);
}

/** `stepsOf` without the outputs that are long. */
export async function journalOf(connection: Connection, runId: string): Promise<JournalRow[]> {
  const rows = await connection.execute(JOURNAL_OF, [runId]);
  return rows.map((row) => ({ ...toStep(row), isOutputLeft: row.is_left === 1 }));
}

export function outputOf(
  connection: Connection,
  { runId, key, attempt }: Pick<StepRow, "runId" | "key" | "attempt">,
): string | null {
  const [row] = connection.query(OUTPUT_OF, [runId, key, attempt]);
  return row === undefined ? null : textsOf(row, 1)[0]!;
}

/** Attempts after one place up to another, by key, with their outputs. */
export function stepsBetween(
  connection: Connection,
  { run, after, to }: { readonly run: string; readonly after: StepPlace; readonly to: StepPlace },
): StepRow[] {
  return connection.query(BETWEEN, [run, after.key, after.attempt, to.key, to.attempt]).map(toStep);
}

type Texts = [
  runId: string,
  key: string,
  kind: string,
  status: StepStatus,
  error: string | null,
  info: string | null,
  output: string | null,
];

function toStep(row: Row): StepRow {
  const [runId, key, kind, status, error, info, output] = textsOf(row, 7) as Texts;
  return {
    runId,
    key,
    attempt: row.attempt as number,
    kind,
    status,
    output,
    error,
    info,
    startedAt: row.started_at as number,
    endedAt: row.ended_at as number | null,
  };
}
