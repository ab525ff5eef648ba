import type { Connection } from "./connection.ts";
import { RANK, single } from "./insertion.ts";
import type { TurnRow } from "./store.ts";
import { texts, textsOf } from "./texts.ts";

/** The first row of one counts; a tool's call gets its result once. */
export const recordTurn = single(
  RANK.turn,
  `INSERT INTO agent_turns (run_id, step, conversation, n, is_tool, at, data, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (run_id, step, conversation, n) DO UPDATE SET result = excluded.result WHERE agent_turns.result IS NULL`,
  8,
);

export function turnArgs(row: TurnRow) {
  const { runId, step, conversation, n, isTool, at, data, result } = row;
  return [runId, step, conversation, n, isTool ? 1 : 0, at, data, result];
}

/** Every call of a tool for a run, step by step. */
export async function toolTurnsOf(connection: Connection, runId: string): Promise<TurnRow[]> {
  const sql = `SELECT conversation, n, at, ${texts("step", "data", "result")} FROM agent_turns
    WHERE run_id = ? AND is_tool = 1 ORDER BY step, conversation, n`;
  return (await connection.execute(sql, [runId])).map((row) => {
    const [step, data, result] = textsOf(row, 3) as [string, string, string | null];
    const { conversation, n, at } = row as unknown as TurnRow;
    return { runId, step, conversation, n, isTool: true, at, data, result };
  });
}

/** What was said in one conversation, in its order. */
export async function turnsOf(
  connection: Connection,
  { runId, step, conversation }: Pick<TurnRow, "runId" | "step" | "conversation">,
): Promise<TurnRow[]> {
  const sql = `SELECT n, is_tool, at, ${texts("data", "result")} FROM agent_turns
    WHERE run_id = ? AND step = ? AND conversation = ? ORDER BY n`;
  return (await connection.execute(sql, [runId, step, conversation])).map((row) => {
    const [data, result] = textsOf(row, 2) as [string, string | null];
    const isTool = row.is_tool === 1;
    return { runId, step, conversation, n: row.n as number, isTool, at: row.at as number, data, result };
  });
}
