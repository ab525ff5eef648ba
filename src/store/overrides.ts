import type { Connection, Row, Value } from "./connection.ts";
import { RANK, single } from "./insertion.ts";
import type { OverrideRow } from "./orchestra-store.ts";
import { texts, textsOf } from "./texts.ts";

/** The last decision about a field counts. */
export const putOverride = single(
  RANK.override,
  `INSERT INTO orchestra_overrides (orchestra, field, value, who, why, at) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (orchestra, field) DO UPDATE SET value = excluded.value, who = excluded.who, why = excluded.why,
    at = excluded.at`,
  6,
);

export function overrideArgs({ orchestra, field, value, who, why, at }: OverrideRow): Value[] {
  return [orchestra, field, value, who, why, at];
}

/** One field, or with NULL all of them. */
export const removeOverrides = single(
  RANK.overrideEnd,
  "DELETE FROM orchestra_overrides WHERE orchestra = ? AND field = coalesce(?, field)",
  2,
);

export async function listOverrides(
  connection: Connection,
  orchestra: string | undefined,
): Promise<OverrideRow[]> {
  const sql = `SELECT at, ${texts("orchestra", "field", "value", "who", "why")} FROM orchestra_overrides
    WHERE orchestra = coalesce(?, orchestra) ORDER BY orchestra_overrides.orchestra, field`;
  return (await connection.execute(sql, [orchestra ?? null])).map(toOverride);
}

function toOverride(row: Row): OverrideRow {
  const [orchestra, field, value, who, why] = textsOf(row, 5) as [
    string,
    string,
    string,
    string,
    string | null,
  ];
  return { orchestra, field, value, who, why, at: row.at as number };
}
