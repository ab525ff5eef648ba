import { parseStored } from "../store/parse-stored.ts";
import type { JournalRow, StepRow, Store } from "../store/store.ts";
import { NOT_IN_TIME } from "./core/reach-step.ts";
import type { PastAttempt, StepError } from "./core/state.ts";
import type { StepInfo } from "./step-info.ts";

/** A wait, a checkpoint, or what another run does: nothing of its own was at work when the process ended. */
export function isOpen({ kind }: StepRow): boolean {
  return kind === "wait" || kind === "checkpoint" || kind === "score";
}

/** Of what is open: when it is over by itself, and which run plays it. */
function openOf(
  row: StepRow,
  { until, run }: StepInfo,
): Pick<PastAttempt, "open" | "until" | "child" | "begunAt"> {
  if (row.status !== "running" || !isOpen(row)) return {};
  return {
    open: row.kind,
    ...(typeof until === "number" ? { until } : {}),
    ...(typeof run === "string" ? { child: run, begunAt: row.startedAt } : {}),
  };
}

function parse({ key, runId }: Pick<StepRow, "key" | "runId">, json: string): unknown {
  return parseStored(json, `step "${key}" of run ${runId}`);
}

function infoIn(row: StepRow): StepInfo {
  return row.info === null ? NO_INFO : (parse(row, row.info) as StepInfo);
}

const NO_INFO: StepInfo = {};

/** What of `info` decides how a run goes on. */
function knownFrom(row: StepRow, info: StepInfo): Partial<PastAttempt> {
  if (info === NO_INFO) return {};
  const { round, reconstructed, choice, overridden, route, revision, budget } = info;
  return {
    ...openOf(row, info),
    ...keptOf(row, info),
    ...(typeof round === "number" ? { round } : {}),
    ...(reconstructed ? { isRebuilding: true } : {}),
    ...(choice ? { choice } : {}),
    ...(route ? { route } : {}),
    ...(revision ? { revision } : {}),
    ...(budget ? { breach: budget } : {}),
    // What a person has said of a branch holds; a case that was taken by itself is taken again.
    ...(overridden ? { isOverridden: true } : {}),
  };
}

/** Of an artifact: what it is kept as. */
function keptOf({ kind, status }: StepRow, { name }: StepInfo): Pick<PastAttempt, "name"> {
  return kind === "artifact" && status === "completed" && typeof name === "string" ? { name } : {};
}

/** Reads an output that was left in the store. */
export type ReadOutput = Store["outputOf"];

/**
 * What the journal says of each step, by key, attempts in order. Other skips are left out: they are decided again.
 * What is long is read when it is asked for, and not kept here: E18.
 */
export function toHistory(rows: readonly JournalRow[], read: ReadOutput): Map<string, PastAttempt[]> {
  const history = new Map<string, PastAttempt[]>();
  for (const row of rows) {
    const info = infoIn(row);
    // That it leaves a gap is its result: it failed, or nobody decided in time.
    const isGap = info.gap === true || info.reason === NOT_IN_TIME;
    if (row.status === "skipped" && !isGap) continue;
    const attempts = history.get(row.key) ?? [];
    const known: PastAttempt = {
      attempt: row.attempt,
      status: row.status,
      ...(row.status === "completed" && !row.isOutputLeft ? { value: outputIn(row, read) } : {}),
      ...(row.error === null ? {} : { error: parse(row, row.error) as StepError }),
      endedAt: row.endedAt ?? undefined,
      ...(row.endedAt === null ? {} : { durationMs: row.endedAt - row.startedAt }),
      ...knownFrom(row, info),
    };
    attempts.push(row.isOutputLeft ? Object.assign(new Left(row, read), known) : known);
    history.set(row.key, attempts);
  }
  for (const attempts of history.values()) attempts.sort((a, b) => a.attempt - b.attempt);
  return history;
}

/** An attempt whose output was left in the store. */
class Left {
  readonly #of: Parameters<ReadOutput>[0];
  readonly #read: ReadOutput;

  constructor({ runId, key, attempt }: JournalRow, read: ReadOutput) {
    this.#of = { runId, key, attempt };
    this.#read = read;
  }

  get value(): unknown {
    return parsed(this.#of, this.#read(this.#of));
  }
}

function outputIn(row: JournalRow, read: ReadOutput): unknown {
  return parsed(row, row.isOutputLeft ? read(row) : row.output);
}

function parsed(of: Pick<StepRow, "key" | "runId">, output: string | null): unknown {
  return output === null ? null : parse(of, output);
}

/** The outputs that a run was given at its beginning, by key; `undefined` when it was given none. */
export function givenIn(
  rows: readonly JournalRow[],
  read: ReadOutput,
): ReadonlyMap<string, unknown> | undefined {
  const given = rows.filter((row) => row.status === "completed" && infoIn(row).given === true);
  if (given.length === 0) return undefined;
  return new Map(given.map((row) => [row.key, outputIn(row, read)]));
}
