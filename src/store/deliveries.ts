import type { Connection, Row, Value } from "./connection.ts";
import { insertion, RANK, single } from "./insertion.ts";
import type { DeliveryRow, NewDelivery } from "./orchestra-store.ts";
import { texts, textsOf } from "./texts.ts";

/** Without ON CONFLICT: whoever begins a second run for a call has a bug, and that run must not be. */
export const insertDelivery = insertion(
  RANK.delivery,
  "deliveries (orchestra, at, status, webhook_id, reason, run_id)",
  6,
  "",
);

export function deliveryArgs({ orchestra, at, status, webhookId, reason, run }: NewDelivery): Value[] {
  return [orchestra, at, status, webhookId, reason, run];
}

/** Whoever calls without a key must not fill the disk. */
export const forgetRefused = single(
  RANK.deliveryGone,
  `DELETE FROM deliveries WHERE orchestra = ? AND status = 'refused' AND id <=
    (SELECT id FROM deliveries WHERE orchestra = ? AND status = 'refused' ORDER BY id DESC LIMIT 1 OFFSET 1000)`,
  2,
);

/** The newest first. */
export async function listDeliveries(
  connection: Connection,
  { orchestra, limit }: { readonly orchestra: string; readonly limit: number },
): Promise<DeliveryRow[]> {
  const sql = `SELECT id, at, ${texts("orchestra", "status", "webhook_id", "reason", "run_id")} FROM deliveries
    WHERE orchestra = ? ORDER BY id DESC LIMIT ?`;
  return (await connection.execute(sql, [orchestra, limit])).map(toDelivery);
}

export async function runOfDelivery(
  connection: Connection,
  orchestra: string,
  webhookId: string,
): Promise<string | undefined> {
  const sql = `SELECT ${texts("run_id")} FROM deliveries
    WHERE orchestra = ? AND webhook_id = ? AND status = 'fired'`;
  const [row] = await connection.execute(sql, [orchestra, webhookId]);
  return row && (textsOf(row, 1)[0] as string);
}

function toDelivery(row: Row): DeliveryRow {
  const [orchestra, status, webhookId, reason, run] = textsOf(row, 5) as [
    string,
    DeliveryRow["status"],
    string | null,
    string | null,
    string | null,
  ];
  return { id: row.id as number, orchestra, at: row.at as number, status, webhookId, reason, run };
}
