import type { Connection, Value } from "./connection.ts";
import { insertion, RANK } from "./insertion.ts";
import type { AuditRow, NewAudit } from "./orchestra-store.ts";
import { texts, textsOf } from "./texts.ts";

export const insertAudit = insertion(RANK.audit, "audit (at, who, origin, action, about, payload)", 6, "");

export function auditArgs({ at, who, origin, action, about, payload }: NewAudit): Value[] {
  return [at, who, origin, action, about, payload];
}

/** The newest first; by the id of the last one seen, not by OFFSET. */
export async function listAudit(
  connection: Connection,
  {
    limit,
    about,
    before,
  }: {
    readonly limit: number;
    readonly about?: string | undefined;
    readonly before?: number | undefined;
  },
): Promise<AuditRow[]> {
  const conditions: string[] = [];
  const args: Value[] = [];
  if (about !== undefined) conditions.push("about = ?") && args.push(about);
  if (before !== undefined) conditions.push("id < ?") && args.push(before);
  const where = conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "";
  const sql = `SELECT id, at, ${texts("who", "origin", "action", "about", "payload")} FROM audit ${where}
    ORDER BY id DESC LIMIT ?`;
  return (await connection.execute(sql, [...args, limit])).map((row) => {
    const [who, origin, action, subject, payload] = textsOf(row, 5) as [
      string,
      string,
      string,
      string | null,
      string,
    ];
    return {
      id: row.id as number,
      at: row.at as number,
      who,
      origin,
      action,
      about: subject,
      payload,
    };
  });
}
