import type { Connection, Row, Value } from "./connection.ts";
import { RANK, single } from "./insertion.ts";
import type { CachedResult, CachedSummary, Keeping, StepRow } from "./store.ts";
import { texts, textsOf } from "./texts.ts";

/** Rows that one sweep deletes: a commit stays short, however much is over. */
const MOST_SWEPT = 500;

/**
 * What is kept is what the step's row holds, in the same transaction: without that row, or when another result of the
 * attempt came first, nothing is kept. The newest result counts.
 */
export const keepResult = single(
  RANK.keep,
  `INSERT INTO cached (key, score, node, run_id, step, created_at, expires_at, blob, output)
  SELECT ?, ?, ?, s.run_id, s.key, s.ended_at, s.ended_at + ?, (
    SELECT a.blob FROM artifacts a
    WHERE a.run_id = s.run_id AND a.step = s.key AND a.attempt = s.attempt AND a.name = 'output'
  ), s.output
  FROM steps s WHERE s.run_id = ? AND s.key = ? AND s.attempt = ? AND s.status = 'completed'
    AND s.ended_at = max(?, s.started_at)
  ON CONFLICT (key) DO UPDATE SET score = excluded.score, node = excluded.node, run_id = excluded.run_id,
    step = excluded.step, created_at = excluded.created_at, expires_at = excluded.expires_at, blob = excluded.blob,
    output = excluded.output`,
  8,
);

export function keepArgs(
  { key, score, node, ttlMs }: Keeping,
  { runId, key: step, attempt, endedAt }: StepRow,
): Value[] {
  return [key, score, node, ttlMs, runId, step, attempt, endedAt];
}

/** The oldest first. What they share with artifacts stays with those. */
export const sweepCached = single(
  RANK.sweep,
  `DELETE FROM cached WHERE key IN (
    SELECT key FROM cached WHERE expires_at <= ? ORDER BY expires_at LIMIT ${MOST_SWEPT}
  )`,
  1,
);

/** Of one score, or all of them. */
export const clearCached = single(RANK.clear, "DELETE FROM cached WHERE score = coalesce(?, score)", 1);

export async function cachedByKey(
  connection: Connection,
  key: string,
  now: number,
): Promise<CachedResult | undefined> {
  const sql = `SELECT created_at, ${texts("run_id", "step", "coalesce(output, (SELECT CAST(content AS TEXT) FROM blobs WHERE hash = blob))")}
    FROM cached WHERE key = ? AND expires_at > ?`;
  const [row] = await connection.execute(sql, [key, now]);
  if (!row) return undefined;
  const [run, step, output] = textsOf(row, 3) as [string, string, string];
  return { run, step, at: row.created_at as number, output };
}

/** The newest first. */
export async function listCached(
  connection: Connection,
  { score, limit }: { readonly score?: string | undefined; readonly limit: number },
): Promise<CachedSummary[]> {
  const sql = `SELECT created_at, expires_at,
      coalesce(length(CAST(output AS BLOB)), (SELECT bytes FROM blobs WHERE hash = blob)) AS bytes,
      ${texts("key", "score", "node", "run_id", "step")}
    FROM cached WHERE score = coalesce(?, score) ORDER BY created_at DESC, key LIMIT ?`;
  return (await connection.execute(sql, [score ?? null, limit])).map(toSummary);
}

export async function countCached(connection: Connection, score: string | undefined): Promise<number> {
  const sql = "SELECT count(*) AS count FROM cached WHERE score = coalesce(?, score)";
  const [row] = await connection.execute(sql, [score ?? null]);
  return row!.count as number;
}

function toSummary(row: Row): CachedSummary {
  const [key, score, node, run, step] = textsOf(row, 5) as [string, string, string, string, string];
  const [at, expiresAt, bytes] = [row.created_at, row.expires_at, row.bytes] as [number, number, number];
  return { key, score, node, run, step, at, expiresAt, bytes };
}
