import type { Connection, Row, Value } from "./connection.ts";
import type { Spent } from "./history-store.ts";
import { insertion, RANK } from "./insertion.ts";
import type { CallSource, CostGroup, CostQuery, CostSum, ModelCallRow } from "./store.ts";
import { texts, textsOf } from "./texts.ts";

/** What a call has cost does not change: the first row of one counts. */
export const insertModelCall = insertion(
  RANK.modelCall,
  `model_calls (run_id, step, attempt, call, agent, model, started_at, duration_ms, input_tokens, cached_tokens,
    output_tokens, reasoning_tokens, micro_usd, prices, error, source, orchestra, is_billed)`,
  18,
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
    row.orchestra ?? null,
    row.isBilled ? 1 : 0,
  ];
}

/** Of a call: does nobody know what it cost? One that brought nothing cost nothing, unless its provider bills it all the same. */
export const IS_UNPRICED = "micro_usd IS NULL AND (input_tokens + output_tokens > 0 OR is_billed)";

/** Every call of a run, in the order in which they began. */
export async function modelCallsOf(connection: Connection, runId: string): Promise<ModelCallRow[]> {
  const sql = `SELECT attempt, call, started_at, duration_ms, input_tokens, cached_tokens, output_tokens,
      reasoning_tokens, micro_usd, is_billed, ${texts("run_id", "step", "agent", "model", "prices", "error", "source", "orchestra")}
    FROM model_calls WHERE run_id = ? ORDER BY started_at, step, attempt, call`;
  return (await connection.execute(sql, [runId])).map(toModelCall);
}

/** What models have cost in each of these runs, of calls in which one was asked. */
export async function spentBy(
  connection: Connection,
  runs: readonly string[],
): Promise<ReadonlyMap<string, Spent>> {
  const sql = `SELECT ${texts("run_id")}, coalesce(sum(micro_usd), 0) AS micro_usd,
      sum(${IS_UNPRICED}) AS unpriced
    FROM model_calls WHERE run_id IN (SELECT value FROM json_each(?)) AND source = 'live' GROUP BY run_id`;
  const rows = await connection.execute(sql, [JSON.stringify(runs)]);
  return new Map(
    rows.map((row) => [
      textsOf(row, 1)[0]!,
      { microUsd: row.micro_usd as number, unpriced: row.unpriced as number },
    ]),
  );
}

const GROUPS: Readonly<Record<CostGroup, readonly [ofHour: string, ofCall: string]>> = {
  score: ["score", "r.score"],
  // Of runs that somebody began: no name.
  orchestra: ["orchestra", "coalesce(c.orchestra, '')"],
  agent: ["agent", "c.agent"],
  model: ["model", "c.model"],
  day: ["hour / 24", "c.started_at / 86400000"],
};
const HOUR_MS = 3_600_000;

/**
 * Sums by what is asked for, of calls in which a model was asked: days in their order, all else by what it cost. Whole
 * hours are read from their sums, what comes before the first of them from the calls and the asides: exact, and fast for a million too.
 */
export async function costsBy(connection: Connection, { by, since }: CostQuery): Promise<CostSum[]> {
  const [ofHour, ofCall] = GROUPS[by];
  const firstHour = Math.ceil(since / HOUR_MS);
  const isDay = by === "day";
  const ofAside = isDay ? "at / 86400000" : by;
  const name = isDay ? "strftime('%Y-%m-%d', name * 86400, 'unixepoch')" : "name";
  const sql = `SELECT ${texts(name)}, sum(calls) AS calls, sum(input_tokens) AS input_tokens,
      sum(output_tokens) AS output_tokens, sum(micro_usd) AS micro_usd, sum(unpriced) AS unpriced,
      sum(failed) AS failed
    FROM (
      SELECT ${ofHour} AS name, sum(calls) AS calls, sum(input_tokens) AS input_tokens,
        sum(output_tokens) AS output_tokens, sum(micro_usd) AS micro_usd, sum(unpriced) AS unpriced,
        sum(failed) AS failed
      FROM spending WHERE hour >= ? GROUP BY 1
      UNION ALL
      SELECT ${ofCall}, count(*), sum(c.input_tokens), sum(c.output_tokens), coalesce(sum(c.micro_usd), 0),
        sum(${IS_UNPRICED}), sum(c.error IS NOT NULL)
      FROM model_calls c JOIN runs r ON r.id = c.run_id 
      WHERE c.source = 'live' AND c.started_at >= ? AND c.started_at < ? GROUP BY 1
      UNION ALL
      SELECT ${ofAside}, sum(calls), sum(input_tokens), sum(output_tokens), sum(micro_usd), sum(unpriced), sum(failed)
      FROM asides WHERE at >= ? AND at < ? GROUP BY 1
    )
    GROUP BY name ORDER BY ${isDay ? "name" : "5 DESC, 3 + 4 DESC, name"}`;
  const rest = [since, firstHour * HOUR_MS];
  return (await connection.execute(sql, [firstHour, ...rest, ...rest])).map((row) => ({
    name: textsOf(row, 1)[0]!,
    calls: row.calls as number,
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
  orchestra: string | null,
];

function toModelCall(row: Row): ModelCallRow {
  const [runId, step, agent, model, prices, error, source, orchestra] = textsOf(row, 8) as Texts;
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
    orchestra,
    ...(row.is_billed ? { isBilled: true } : {}),
  };
}
