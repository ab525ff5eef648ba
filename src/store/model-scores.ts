import type { Connection, Value } from "./connection.ts";
import { insertion, RANK } from "./insertion.ts";
import type { ModelHistory, ModelScoreRow } from "./model-history.ts";
import { texts, textsOf } from "./texts.ts";

/** Of each model, its last calls that count. */
const CALLS = 200;
/** Of each agent, what was said last. */
const SCORES = 500;
const MILLION = 1_000_000;

/** What a gate has said of a value stays. */
export const insertModelScore = insertion(
  RANK.modelScore,
  "model_scores (run_id, step, attempt, gate, agent, model, at, micro_score, is_passed)",
  9,
  "ON CONFLICT DO NOTHING",
);

export function modelScoreArgs(row: ModelScoreRow): Value[] {
  const { runId, step, attempt, gate, agent, model, at, score, isPassed } = row;
  const micro = Math.round(score * MILLION);
  return [runId, step, attempt, gate, agent, model, at, micro, isPassed ? 1 : 0];
}

/** What is known of `models`, and of what they made for `agent`. */
export async function modelHistoryOf(
  connection: Connection,
  { agent, models }: { readonly agent: string; readonly models: readonly string[] },
): Promise<ModelHistory> {
  const calls = [];
  for (const model of models) calls.push({ model, ...(await callsOf(connection, model)) });
  return { calls, values: await valuesOf(connection, agent) };
}

async function callsOf(connection: Connection, model: string) {
  const sql = `SELECT duration_ms, error IS NOT NULL AS is_failed FROM model_calls
    WHERE model = ? AND source = 'live' ORDER BY started_at DESC LIMIT ${CALLS}`;
  const rows = await connection.execute(sql, [model]);
  // How long a call took that failed says nothing of an answer.
  const sound = rows.filter((row) => row.is_failed === 0).map((row) => row.duration_ms as number);
  return { failed: rows.length - sound.length, durationsMs: sound.sort((a, b) => a - b) };
}

/** A value that several gates have judged is as good as the worst of them says. */
async function valuesOf(connection: Connection, agent: string): Promise<ModelHistory["values"]> {
  const sql = `SELECT ${texts("model")}, count(*) AS judged, sum(is_passed) AS passed, avg(micro_score) AS micro_score
    FROM (SELECT model, min(is_passed) AS is_passed, min(micro_score) AS micro_score
      FROM (SELECT * FROM model_scores WHERE agent = ? ORDER BY at DESC LIMIT ${SCORES})
      GROUP BY run_id, step, attempt, model) GROUP BY model`;
  return (await connection.execute(sql, [agent])).map((row) => ({
    model: textsOf(row, 1)[0]!,
    judged: row.judged as number,
    passed: row.passed as number,
    quality: (row.micro_score as number) / MILLION,
  }));
}
