import type { Connection, Row, Value } from "./connection.ts";
import type { EventQuery } from "./history-store.ts";
import { insertion, RANK } from "./insertion.ts";
import type { EventRow, NewEvent } from "./store.ts";
import { texts, textsOf } from "./texts.ts";

export const insertEvent = insertion(RANK.event, "events (run_id, at, type, step, data)", 5, "");

export function eventArgs(row: NewEvent): Value[] {
  return [row.runId, row.at, row.type, row.step, row.data];
}

const SELECTED = `id, at, ${texts("run_id", "type", "step", "data")}`;

/** @param most the last ones, when not all are wanted */
export async function eventsOf(connection: Connection, runId: string, most?: number): Promise<EventRow[]> {
  const last = most === undefined ? "ORDER BY id" : `ORDER BY id DESC LIMIT ${Math.trunc(most)}`;
  const sql = `SELECT ${SELECTED} FROM events WHERE run_id = ? ${last}`;
  const events = (await connection.execute(sql, [runId])).map(toEvent);
  return most === undefined ? events : events.reverse();
}

/** A page of a run's events. */
export async function eventsAfter(
  connection: Connection,
  { run, after, limit }: EventQuery,
): Promise<EventRow[]> {
  const sql = `SELECT ${SELECTED} FROM events WHERE run_id = ? AND id > ? ORDER BY id LIMIT ?`;
  return (await connection.execute(sql, [run, after, limit])).map(toEvent);
}

function toEvent(row: Row): EventRow {
  const [runId, type, step, data] = textsOf(row, 4) as [string, string, string | null, string | null];
  return { id: row.id as number, runId, at: row.at as number, type, step, data };
}
