import type { Connection, Row } from "./connection.ts";
import { eventsOf } from "./events.ts";
import { IS_UNPRICED } from "./model-calls.ts";
import { topStepsOf } from "./steps.ts";
import type { EventRow, StepRow, StepStatus } from "./store.ts";
import { texts, textsOf } from "./texts.ts";

/** What there is inside of a map or a loop that stands in the same way, counted. */
export interface InsideRow {
  /** The key of the map or the loop. */
  readonly frame: string;
  readonly status: StepStatus;
  /** Items and turns themselves, or what is inside of one. */
  readonly isItem: boolean;
  readonly count: number;
  /** When the first of them began. */
  readonly startedAt: number;
}

/** What a step has spent on models, with all that is inside of it. */
export interface SpentRow {
  /** The first part of its key. */
  readonly frame: string;
  readonly calls: number;
  readonly tokens: number;
  /** Of the calls whose price is known. */
  readonly microUsd: number;
  readonly unpriced: number;
}

/** A run as screens show it while it is played: it is read often, and costs no more than what is seen. */
export interface RunProgress {
  /** Attempts outside of maps and loops, in the order of `Store.stepsOf`; an output only of the step that was asked about. */
  readonly steps: readonly StepRow[];
  readonly inside: readonly InsideRow[];
  readonly spent: readonly SpentRow[];
  /** The last ones, oldest first. */
  readonly events: readonly EventRow[];
}

const MOST_EVENTS = 500;

// `drafts/3`, `drafts/3/letter`: a name does not begin with a digit.
const REST = "substr(key, instr(key, '/') + 1)";
const INSIDE = `SELECT count(*) AS count, min(at) AS started_at, is_item, ${texts("frame", "status")} FROM (
    SELECT substr(key, 1, instr(key, '/') - 1) AS frame, instr(${REST}, '/') = 0 AS is_item, status,
      started_at AS at, max(attempt)
    FROM steps WHERE run_id = ? AND instr(key, '/') > 0 AND substr(${REST}, 1, 1) BETWEEN '0' AND '9'
    GROUP BY key
  ) GROUP BY frame, is_item, status`;

const FRAME = "CASE WHEN instr(step, '/') > 0 THEN substr(step, 1, instr(step, '/') - 1) ELSE step END";
const SPENT = `SELECT count(*) AS calls, sum(input_tokens + output_tokens) AS tokens,
    coalesce(sum(micro_usd), 0) AS micro_usd,
    sum(${IS_UNPRICED}) AS unpriced, ${texts("frame")}
  FROM (SELECT ${FRAME} AS frame, input_tokens, output_tokens, micro_usd, is_billed FROM model_calls WHERE run_id = ?)
  GROUP BY frame`;

/** @param step whose output is read as well */
export async function progressOf(
  connection: Connection,
  runId: string,
  step: string | undefined,
): Promise<RunProgress> {
  return {
    steps: await topStepsOf(connection, runId, step),
    inside: (await connection.execute(INSIDE, [runId])).map(toInside),
    spent: (await connection.execute(SPENT, [runId])).map(toSpent),
    events: await eventsOf(connection, runId, MOST_EVENTS),
  };
}

function toInside(row: Row): InsideRow {
  const [frame, status] = textsOf(row, 2) as [string, StepStatus];
  return {
    frame,
    status,
    isItem: row.is_item === 1,
    count: row.count as number,
    startedAt: row.started_at as number,
  };
}

function toSpent(row: Row): SpentRow {
  return {
    frame: textsOf(row, 1)[0]!,
    calls: row.calls as number,
    tokens: row.tokens as number,
    microUsd: row.micro_usd as number,
    unpriced: row.unpriced as number,
  };
}
