import type { Shortage } from "../engine/index.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { EventRow, RunRow, StepRow, Store, TurnRow } from "../store/store.ts";

/** One step as a person asks about it: its attempts in order. */
export interface StepDetail {
  readonly key: string;
  readonly kind: string;
  /** Of its last attempt. */
  readonly status: StepRow["status"];
  readonly attempts: number;
  readonly startedAt: number;
  /** Of all its attempts together, the waits between them included; `undefined` while it runs. */
  readonly durationMs: number | undefined;
  /** Why it failed, or failed last before it succeeded. */
  readonly error: string | undefined;
  /** What would mend that, where it asks models. */
  readonly hint?: string | undefined;
  /** Why it was skipped; how many items it has. */
  readonly info: Readonly<Record<string, unknown>>;
  readonly output: unknown;
  /** Tools that its model called, in their order. */
  readonly tools: readonly ToolDetail[];
  /** The attempts before the last one. */
  readonly earlier: readonly EarlierAttempt[];
}

export interface EarlierAttempt {
  readonly attempt: number;
  readonly status: StepRow["status"];
  readonly error: string | undefined;
  readonly info: Readonly<Record<string, unknown>>;
}

/** One call of a tool. Without a result it was at work when its process ended, or is now. */
export interface ToolDetail {
  readonly tool: string;
  readonly input: unknown;
  readonly at: number;
  readonly output?: unknown;
  readonly error?: string;
  /** Nothing ran. */
  readonly isRefused?: true;
  readonly durationMs?: number;
}

/** A step that failed and was left out. */
export interface Gap {
  readonly step: string;
  /** Why it failed. */
  readonly error: string | undefined;
}

export interface RunDetail {
  readonly run: Omit<RunRow, "input" | "output" | "error" | "reason">;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: { readonly message: string; readonly step?: string } | undefined;
  readonly reason: unknown;
  /** Of a run that took over what an earlier one did: which, and what was edited by whom. */
  readonly origin: RunOrigin | undefined;
  /** When it went on with other code. */
  readonly migrations: readonly RunMigration[];
  readonly steps: readonly StepDetail[];
  /** Steps that have not begun, and what they waited for when that was written down. */
  readonly waiting: readonly { readonly key: string; readonly waitsFor: readonly Shortage[] }[];
  /** What the run goes without, for somebody to look at. */
  readonly gaps: readonly Gap[];
  readonly logs: readonly {
    readonly at: number;
    readonly step: string | null;
    readonly message: string;
    readonly data?: unknown;
  }[];
}

export interface RunOrigin {
  readonly of: string;
  readonly edited?: readonly string[];
  readonly by?: string;
  /** Nodes that it was made to play anew, whatever is kept of them. */
  readonly anew?: readonly string[];
  /** Hashes of deployments, when it plays another one. */
  readonly from?: string;
  readonly to?: string;
}

export interface RunMigration {
  readonly at: number;
  /** Hashes of deployments. */
  readonly from: string;
  readonly to: string;
  readonly by: string;
}

/** Everything about one run, steps in the order in which they were recorded. */
export async function runDetail(store: Store, row: RunRow): Promise<RunDetail> {
  const [steps, events, turns] = await Promise.all([
    store.stepsOf(row.id),
    store.eventsOf(row.id),
    store.toolTurnsOf(row.id),
  ]);
  const tools = Map.groupBy(turns, ({ step }) => step);
  const { input, output, error, reason, ...run } = row;
  const parse = (json: string) => parseStored(json, `run ${row.id}`);
  const details = stepDetailsOf(steps, tools);
  return {
    run,
    input: parse(input),
    output: output === null ? null : parse(output),
    error: error === null ? undefined : (parse(error) as RunDetail["error"]),
    reason: reason === null ? null : parse(reason),
    origin: originIn(events),
    migrations: events.filter(({ type }) => type === "run.migrated").map(toMigration),
    steps: details,
    waiting: row.endedAt === null ? waitingIn(events, steps) : [],
    gaps: details
      .filter(({ info }) => info.gap === true)
      .map(({ key, error: why }) => ({ step: key, error: why })),
    logs: events.filter(({ type }) => type === "log").map(toLog),
  };
}

/** Each step with its attempts, in the order of the rows. */
export function stepDetailsOf(
  steps: readonly StepRow[],
  tools: ReadonlyMap<string, readonly TurnRow[]> = new Map(),
): StepDetail[] {
  return [...groupByKey(steps)].map(([key, attempts]) => toDetail(key, attempts, tools.get(key) ?? []));
}

/** What the last of a step's events says, unless the step has begun since. */
export function waitingIn(events: readonly EventRow[], steps: readonly StepRow[]): RunDetail["waiting"] {
  const queued = new Map<string, EventRow>();
  for (const event of events) if (event.type === "step.queued") queued.set(event.step!, event);
  for (const { key, startedAt } of steps)
    if (startedAt >= (queued.get(key)?.at ?? startedAt)) queued.delete(key);
  return [...queued].map(([key, { data }]) => ({
    key,
    ...(JSON.parse(data!) as { readonly waitsFor: readonly Shortage[] }),
  }));
}

function groupByKey(steps: readonly StepRow[]): Map<string, StepRow[]> {
  const groups = new Map<string, StepRow[]>();
  for (const step of steps) {
    const group = groups.get(step.key);
    if (group) group.push(step);
    else groups.set(step.key, [step]);
  }
  return groups;
}

function toDetail(key: string, rows: StepRow[], turns: readonly TurnRow[]): StepDetail {
  const attempts = rows.sort((a, b) => a.attempt - b.attempt);
  const first = attempts[0]!;
  const last = attempts.at(-1)!;
  const failed = attempts.findLast((row) => row.error !== null);
  return {
    key,
    kind: last.kind,
    status: last.status,
    attempts: attempts.length,
    startedAt: first.startedAt,
    durationMs: last.endedAt === null ? undefined : last.endedAt - first.startedAt,
    error: failed && errorIn(failed)?.message,
    hint: failed && errorIn(failed)?.hint,
    info: infoIn(last),
    output: last.output === null ? null : parseStored(last.output, whoseOf(last)),
    tools: turns.map(toTool),
    earlier: attempts.slice(0, -1).map((row) => ({
      attempt: row.attempt,
      status: row.status,
      error: errorIn(row)?.message,
      info: infoIn(row),
    })),
  };
}

function toTool({ at, data, result, step, runId }: TurnRow): ToolDetail {
  const whose = `a tool's call of step "${step}" of run ${runId}`;
  const { tool, input } = parseStored(data, whose) as { readonly tool: string; readonly input: unknown };
  const ended = result === null ? {} : (parseStored(result, whose) as Partial<ToolDetail>);
  return { tool, input, at, ...ended };
}

function originIn(events: readonly EventRow[]): RunOrigin | undefined {
  const event = events.find(({ type }) => type === "run.derived");
  return event?.data ? (parseStored(event.data, `run ${event.runId}`) as RunOrigin) : undefined;
}

function toMigration({ at, data, runId }: EventRow): RunMigration {
  const { from, to, by } = parseStored(data ?? "{}", `run ${runId}`) as RunMigration;
  return { at, from, to, by };
}

function whoseOf({ key, runId }: StepRow): string {
  return `step "${key}" of run ${runId}`;
}

function errorIn(row: StepRow): { readonly message: string; readonly hint?: string } | undefined {
  if (row.error === null) return undefined;
  return parseStored(row.error, whoseOf(row)) as { readonly message: string; readonly hint?: string };
}

function infoIn(row: StepRow): Readonly<Record<string, unknown>> {
  return row.info === null ? {} : (parseStored(row.info, whoseOf(row)) as StepDetail["info"]);
}

export function toLog({ at, step, data, runId }: EventRow) {
  const logged = parseStored(data ?? "{}", `the log of run ${runId}`);
  return { at, step, ...(logged as { message: string; data?: unknown }) };
}
