import type { Connection, Row } from "./connection.ts";
import type { OutlineAttempt, OutlineQuery, RunOutline } from "./history-store.ts";
import type { StepStatus } from "./store.ts";
import { texts, textsOf } from "./texts.ts";

/** A page has about so many attempts; a run of more is read to the end, or to its most. */
const PAGE_ATTEMPTS = 2_000;
const MOST_ATTEMPTS = 5_000;
const PAGE_RUNS = 50;

const RUNS = `SELECT ${texts("id")} FROM runs WHERE score = ? AND id < ? AND id >= ? AND leaving_at IS NULL
  AND status IN ('completed', 'failed') AND source IS NULL ORDER BY id DESC LIMIT ${PAGE_RUNS}`;
const ATTEMPTS = `SELECT attempt, started_at, ended_at, ${texts("key", "kind", "status", "json_extract(error, '$.code')", "json_extract(error, '$.message')")}
  FROM steps WHERE run_id = ? ORDER BY key, attempt LIMIT ${MOST_ATTEMPTS}`;

/** Runs of a score that were really played, newest first: how long their attempts took, and how they ended. */
export async function runOutlines(
  connection: Connection,
  { score, before, from }: OutlineQuery,
): Promise<{ readonly runs: readonly RunOutline[]; readonly next: string | undefined }> {
  const ids = (await connection.execute(RUNS, [score, before, from])).map((row) => textsOf(row, 1)[0]!);
  const runs: RunOutline[] = [];
  let count = 0;
  for (const id of ids) {
    const attempts = connection.query(ATTEMPTS, [id]).map(toAttempt);
    runs.push({ id, attempts });
    count += attempts.length;
    if (count >= PAGE_ATTEMPTS) return { runs, next: id };
  }
  return { runs, next: ids.length === PAGE_RUNS ? ids.at(-1) : undefined };
}

function toAttempt(row: Row): OutlineAttempt {
  const [key, kind, status, code, message] = textsOf(row, 5) as [
    string,
    string,
    StepStatus,
    string | null,
    string | null,
  ];
  const [attempt, startedAt, endedAt] = [row.attempt, row.started_at, row.ended_at] as [
    number,
    number,
    number | null,
  ];
  return { key, attempt, kind, status, startedAt, endedAt, code, message };
}
