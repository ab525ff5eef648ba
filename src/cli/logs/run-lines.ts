import type { Shortage } from "../../engine/index.ts";
import type { HistoryResults } from "../../services/perform-history.ts";
import type { EventRow } from "../../store/store.ts";
import { toWaitingText } from "../../views/waiting-text.ts";
import { type Level, type LogLine, readLogLine } from "./log-line.ts";

/** What is kept of a run's events, as lines of a log. */
export function toRunLine({ runId: run, at, type, step, data }: EventRow): LogLine {
  const said = JSON.parse(data ?? "{}") as Readonly<Record<string, unknown>>;
  const about = { run, ...(step === null ? {} : { step }) };
  const line = (level: Level, event: string, facts: object = {}) =>
    toLine(at, level, { event, ...about, ...facts });
  switch (type) {
    case "log":
      return line("info", String(said.message), said.data === undefined ? {} : { data: said.data });
    case "step.queued":
      return line("debug", `waits for ${toWaitingText(said.waitsFor as readonly Shortage[])}`);
    case "cost.unknown":
      return line("warn", `nobody has said what "${said.model}" costs`);
    case "run.resumed":
      return line("info", "goes on");
    default:
      return line("info", type, said);
  }
}

/** How a run has ended; undefined while it has not. */
export function toEndLine({
  id,
  status,
  endedAt,
  error,
}: HistoryResults["events"]["run"]): LogLine | undefined {
  if (endedAt === null) return undefined;
  // Without its stack: `maestro runs show --json` has it.
  const { step, code, message } = (error === null ? {} : JSON.parse(error)) as Readonly<
    Record<string, string>
  >;
  const level = status === "failed" ? "error" : status === "cancelled" ? "warn" : "info";
  return toLine(endedAt, level, { event: status, run: id, step, code, message });
}

function toLine(at: number, level: Level, facts: object): LogLine {
  return readLogLine(JSON.stringify({ level, time: new Date(at).toISOString(), ...facts }))!;
}
