import type { Connection, Row, Value } from "./connection.ts";
import { insertion, RANK } from "./insertion.ts";
import type { CallSource, CostGroup, CostQuery, CostSum, ModelCallRow } from "./store.ts";
import { texts, textsOf } from "./texts.ts";

/** What a call has cost does not change: the first row of one counts. */
export const insertModelCall = insertion(
  RANK.modelCall,
  `model_calls (run_id, step, attempt, call, agent, model, started_at, duration_ms, input_tokens, cached_tokens,
    output_tokens, reasoning_tokens, micro_usd, prices, error, source)`,
  16,
  "ON CONFLICT DO NOTHING",
);

export function modelCallArgs(row: ModelCallRow): Value[] {
  return [
    row.runId,
    row.step,
    row.attempt,
    row.call,
    row.agent,
    row.model,
    row.startedAt,
    row.durationMs,
    row.inputTokens,
    row.cachedTokens,
    row.outputTokens,
    row.reasoningTokens,
    row.microUsd,
    row.prices,
    row.error,
    row.source,
  ];
}

/** Every call of a run, in the order in which they began. */
export async function modelCallsOf(connection: Connection, runId: string): Promise<ModelCallRow[]> {
  const sql = `SELECT attempt, call, started_at, duration_ms, input_tokens, cached_tokens, output_tokens,
      reasoning_tokens, micro_usd, ${texts("run_id", "step", "agent", "model", "prices", "error", "source")}
    FROM model_calls WHERE run_id = ? ORDER BY started_at, step, attempt, call`;
  return (await connection.execute(sql, [runId])).map(toModelCall);
}

const GROUPS: Readonly<Record<CostGroup, string>> = {
  score: "r.score",
  agent: "c.agent",
  model: "c.model",
  day: "strftime('%Y-%m-%d', c.started_at / 1000, 'unixepoch')",
};

/** Sums by what is asked for, of calls in which a model was asked: days in their order, all else by what it cost. */
export async function costsBy(connection: Connection, { by, since }: CostQuery): Promise<CostSum[]> {
  const sql = `SELECT ${texts(GROUPS[by])}, count(*) AS calls, count(DISTINCT c.run_id) AS runs,
      sum(c.input_tokens) AS input_tokens, sum(c.output_tokens) AS output_tokens,
      coalesce(sum(c.micro_usd), 0) AS micro_usd, sum(c.micro_usd IS NULL) AS unpriced, sum(c.error IS NOT NULL) AS failed
    FROM model_calls c JOIN runs r ON r.id = c.run_id WHERE c.started_at >= ? AND c.source = 'live'
    GROUP BY 1 ORDER BY ${by === "day" ? "1" : "micro_usd DESC, input_tokens + output_tokens DESC, 1"}`;
  return (await connection.execute(sql, [since])).map((row) => ({
    name: textsOf(row, 1)[0]!,
    calls: row.calls as number,
    runs: row.runs as number,
    inputTokens: row.input_tokens as number,
    outputTokens: row.output_tokens as number,
    microUsd: row.micro_usd as number,
    unpriced: row.unpriced as number,
    failed: row.failed as number,
  }));
}

type Texts = [
  string,
  string,
  agent: string,
  model: string,
  prices: string | null,
  error: string | null,
  source: CallSource,
];

function toModelCall(row: Row): ModelCallRow {
  const [runId, step, agent, model, prices, error, source] = textsOf(row, 7) as Texts;
  return {
    runId,
    step,
    attempt: row.attempt as number,
    call: row.call as number,
    agent,
    model,
    startedAt: row.started_at as number,
    durationMs: row.duration_ms as number,
    inputTokens: row.input_tokens as number,
    cachedTokens: row.cached_tokens as number,
    outputTokens: row.output_tokens as number,
    reasoningTokens: row.reasoning_tokens as number,
    microUsd: row.micro_usd as number | null,
    prices,
    error,
    source,
  };
}
