import type { Connection, Row, Value } from "./connection.ts";
import { insertion, RANK, single } from "./insertion.ts";
import type { EndedQuery } from "./orchestra-store.ts";
import type {
  NewRun,
  OpenCount,
  RunChange,
  RunEnd,
  RunQuery,
  RunRow,
  RunStatus,
  RunSummary,
} from "./store.ts";
import { texts, textsOf } from "./texts.ts";

export const insertRun = insertion(
  RANK.run,
  "runs (id, score, deployment, status, created_at, started_at, input, parent, priority, reason, orchestra, due_at, source, flags)",
  14,
  "",
  { into: "runs (id, score, deployment, status, created_at, started_at, input)", width: 7 },
);

export function newRunArgs(row: NewRun): Value[] {
  const { id, score, deployment, status, createdAt, startedAt, input } = row;
  const { parent, priority = 0, reason, orchestra, dueAt, source, flags } = row;
  const args = [id, score, deployment, status, createdAt, startedAt, input];
  const more = [reason, orchestra, dueAt, source, flags];
  if (parent === null && priority === 0 && more.every((value) => value == null)) return args;
  return [...args, parent, priority, ...more.map((value) => value ?? null)];
}

/** `ended_at IS NULL` says the same as "not terminal": a CHECK sees to it. */
export const changeRun = single(
  RANK.runChange,
  `UPDATE runs SET status = coalesce(?, status), reason = CASE ? WHEN 1 THEN ? ELSE reason END,
    started_at = coalesce(?, started_at), recoveries = coalesce(?, recoveries)
  WHERE id = ? AND ended_at IS NULL`,
  6,
);

export function runChangeArgs(row: RunChange): Value[] {
  const { id, status = null, reason, startedAt = null, recoveries = null } = row;
  return [status, reason === undefined ? 0 : 1, reason ?? null, startedAt, recoveries, id];
}

export const migrateRun = single(
  RANK.runMigration,
  "UPDATE runs SET deployment = ? WHERE id = ? AND ended_at IS NULL",
  2,
);

export const endRun = single(
  RANK.runEnd,
  "UPDATE runs SET status = ?, output = ?, error = ?, reason = ?, ended_at = ? WHERE id = ? AND ended_at IS NULL",
  6,
);

export function runEndArgs(row: RunEnd): Value[] {
  return [row.status, row.output, row.error, row.reason, row.endedAt, row.id];
}

const NUMBERS = "recoveries, created_at, started_at, ended_at, priority, due_at";
const NAMES = [
  "id",
  "score",
  "deployment",
  "status",
  "reason",
  "error",
  "parent",
  "orchestra",
  "source",
  "flags",
];
const SUMMARY = `${NUMBERS}, ${texts(...NAMES)}`;
const WHOLE = `${NUMBERS}, ${texts("input", "output", ...NAMES)}`;

export async function runById(connection: Connection, id: string): Promise<RunRow | undefined> {
  const [row] = await connection.execute(`SELECT ${WHOLE} FROM runs WHERE id = ? AND leaving_at IS NULL`, [
    id,
  ]);
  return row && toRun(row);
}

const MOST_FOUND = 20;

/** A range of the primary key: LIKE would read every run, and `_` is one of its wildcards. */
export async function runsByPrefix(connection: Connection, prefix: string): Promise<RunSummary[]> {
  const sql = `SELECT ${SUMMARY} FROM runs
    WHERE id >= ? AND id < ? AND leaving_at IS NULL ORDER BY id DESC LIMIT ${MOST_FOUND}`;
  return (await connection.execute(sql, [prefix, `${prefix}\u{10ffff}`])).map(toSummary);
}

/** By the key of the last run seen, not by OFFSET: a page costs the same wherever it is. */
export async function listRuns(connection: Connection, query: RunQuery): Promise<RunSummary[]> {
  const { sql, args } = runsQuery(query);
  return (await connection.execute(sql, args)).map(toSummary);
}

/** The SQL of a page. Completed ones alone are read in the order of runs, and the others among them are passed over. */
export function runsQuery(query: RunQuery): { readonly sql: string; readonly args: readonly Value[] } {
  const conditions = ["leaving_at IS NULL"];
  const args: Value[] = [];
  const { before, from, status, score, orchestra } = query;
  if (before !== undefined) conditions.push("id < ?") && args.push(before);
  if (from !== undefined) conditions.push("id >= ?") && args.push(from);
  if (status !== undefined) conditions.push("status = ?") && args.push(status);
  // Said again as text, because only then SQLite uses the indexes that leave others out.
  if (status !== undefined && status !== "completed") conditions.push("status <> 'completed'");
  if (status === "failed" || status === "cancelled") conditions.push("status IN ('failed', 'cancelled')");
  if (score !== undefined) conditions.push("score = ?") && args.push(score);
  // Those that its runs play are its runs as well.
  if (orchestra !== undefined) conditions.push("orchestra = ?", "parent IS NULL") && args.push(orchestra);
  const sql = `SELECT ${SUMMARY} FROM runs WHERE ${conditions.join(" AND ")} ORDER BY id DESC LIMIT ?`;
  return { sql, args: [...args, query.limit] };
}

/** `ended_at IS NULL` says the same as "not terminal", and is the condition of an index. */
export async function openRunsOf(connection: Connection, orchestra: string): Promise<string[]> {
  const sql = `SELECT ${texts("id")} FROM runs
    WHERE orchestra = ? AND ended_at IS NULL ORDER BY runs.id`;
  return (await connection.execute(sql, [orchestra])).map((row) => textsOf(row, 1)[0] as string);
}

export async function endedRunsOf(
  connection: Connection,
  { orchestra, status, since, limit }: EndedQuery,
): Promise<RunRow[]> {
  const sql = `SELECT ${WHOLE} FROM runs WHERE orchestra = ? AND ended_at > ?
      AND status IN (SELECT value FROM json_each(?)) ORDER BY ended_at, runs.id LIMIT ?`;
  return (await connection.execute(sql, [orchestra, since, JSON.stringify(status), limit])).map(toRun);
}

/** `status <> 'completed'` is there for the index of that condition. */
export async function unfinishedRuns(connection: Connection): Promise<RunRow[]> {
  const sql = `SELECT ${WHOLE} FROM runs
    WHERE status IN ('queued', 'running', 'waiting', 'paused') AND status <> 'completed' ORDER BY id`;
  return (await connection.execute(sql)).map(toRun);
}

export async function openCounts(connection: Connection): Promise<OpenCount[]> {
  const sql = `SELECT count(*) AS count, min(created_at) AS oldest, ${texts("status")} FROM runs
    WHERE status IN ('queued', 'running', 'waiting', 'paused') AND status <> 'completed' GROUP BY runs.status`;
  return (await connection.execute(sql)).map((row) => ({
    status: textsOf(row, 1)[0] as RunStatus,
    count: row.count as number,
    oldestAt: row.oldest as number,
  }));
}

type Names = readonly [
  id: string,
  score: string,
  deployment: string,
  status: RunStatus,
  reason: string | null,
  error: string | null,
  parent: string | null,
  orchestra: string | null,
  source: string | null,
  flags: string | null,
];

function toSummary(row: Row): RunSummary {
  return summaryOf(row, textsOf(row, NAMES.length) as unknown as Names);
}

function summaryOf(
  row: Row,
  [id, score, deployment, status, reason, error, parent, orchestra, source, flags]: Names,
): RunSummary {
  return {
    id,
    score,
    deployment,
    status,
    reason,
    error,
    recoveries: row.recoveries as number,
    createdAt: row.created_at as number,
    startedAt: row.started_at as number | null,
    endedAt: row.ended_at as number | null,
    parent,
    priority: row.priority as number,
    orchestra,
    dueAt: row.due_at as number | null,
    source,
    flags,
  };
}

function toRun(row: Row): RunRow {
  const [input, output, ...names] = textsOf(row, NAMES.length + 2) as [string, string | null, ...Names];
  return { ...summaryOf(row, names), input, output };
}
