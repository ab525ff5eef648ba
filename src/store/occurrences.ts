import type { Connection, Row, Value } from "./connection.ts";
import { insertion, RANK } from "./insertion.ts";
import type { OccurrenceQuery, OccurrenceRow } from "./orchestra-store.ts";
import { texts, textsOf } from "./texts.ts";

/** Without ON CONFLICT: whoever decides an instant twice has a bug, and a second run of it must not be. */
export const insertOccurrence = insertion(
  RANK.occurrence,
  "occurrences (orchestra, instant, status, reason, run_id)",
  5,
  "",
);

export function occurrenceArgs({ orchestra, instant, status, reason, run }: OccurrenceRow): Value[] {
  return [orchestra, instant, status, reason, run];
}

/** The newest first. */
export async function listOccurrences(
  connection: Connection,
  { orchestra, limit, before, since }: OccurrenceQuery,
): Promise<OccurrenceRow[]> {
  const conditions = ["orchestra = ?"];
  const args: Value[] = [orchestra];
  if (before !== undefined) conditions.push("instant < ?") && args.push(before);
  if (since !== undefined) conditions.push("instant >= ?") && args.push(since);
  const sql = `SELECT instant, ${texts("orchestra", "status", "reason", "run_id")} FROM occurrences
    WHERE ${conditions.join(" AND ")} ORDER BY instant DESC LIMIT ?`;
  return (await connection.execute(sql, [...args, limit])).map(toOccurrence);
}

function toOccurrence(row: Row): OccurrenceRow {
  const [orchestra, status, reason, run] = textsOf(row, 4) as [
    string,
    OccurrenceRow["status"],
    string | null,
    string | null,
  ];
  return { orchestra, instant: row.instant as number, status, reason, run };
}
