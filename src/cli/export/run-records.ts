import type { ControlRequest } from "../../services/control-request.ts";
import type { ControlResults } from "../../services/perform-request.ts";
import type { StepRow } from "../../store/store.ts";

/** Something of a run, as it is exported: one line of JSON. Times are those of the store, Unix ms. */
export type RunRecord = { readonly is: "run" | "step" | "decision" | "event" | "call" | "tool" } & Readonly<
  Record<string, unknown>
>;

export type AskFor = <R extends ControlRequest>(request: R) => Promise<ControlResults[R["op"]]>;

/** All that is kept of a run, piece by piece: however large it is, only a piece of it is in memory. */
export async function* runRecords(ask: AskFor, run: string): AsyncGenerator<RunRecord> {
  const row = await ask({ op: "runRow", run });
  const { input, output, error, reason, source, ...facts } = row!;
  yield {
    is: "run",
    ...facts,
    input: parse(input),
    output: parse(output),
    error: parse(error),
    reason: parse(reason),
    source: parse(source),
  };
  yield* stepRecords(ask, run);
  for (let after = 0, isMore = true; isMore; ) {
    const { events } = await ask({ op: "events", run, after, limit: PAGE });
    for (const { runId: _, data, ...event } of events) yield { is: "event", ...event, data: parse(data) };
    after = events.at(-1)?.id ?? after;
    isMore = events.length === PAGE;
  }
  const { calls, tools } = await ask({ op: "calls", run });
  for (const { runId: _, ...call } of calls) yield { is: "call", ...call };
  for (const { runId: _, isTool: __, data, result, ...turn } of tools)
    yield { is: "tool", ...turn, data: parse(data), result: parse(result) };
}

const PAGE = 1_000;

async function* stepRecords(ask: AskFor, run: string): AsyncGenerator<RunRecord> {
  for (let after: { key: string; attempt: number } | undefined = { key: "", attempt: 0 }; after; ) {
    const page: ControlResults["stepsPage"] = await ask({ op: "stepsPage", run, after });
    for (const row of page.rows) {
      yield toStep(row);
      if (row.kind === "checkpoint" && row.status === "completed") yield toDecision(row);
    }
    after = page.next;
  }
}

function toStep({ runId: _, output, error, info, ...row }: StepRow): RunRecord {
  return { is: "step", ...row, output: parse(output), error: parse(error), info: parse(info) };
}

/** What a person has said, beside the step that asked. */
function toDecision({ key, output, info, endedAt }: StepRow): RunRecord {
  const { title, by } = Object(parse(info)) as Readonly<Record<string, unknown>>;
  return { is: "decision", step: key, title, by, at: endedAt, decision: parse(output) };
}

function parse(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}
