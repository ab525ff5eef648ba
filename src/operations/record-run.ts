import { MaestroError } from "../diagnostics/index.ts";
import { isBudgetKey, partKeyOf, type Route } from "../plan/index.ts";
import type { ToolResult, ToolUse } from "../players/models/memory.ts";
import type { Redactor } from "../players/redactor.ts";
import type {
  CassetteCall,
  CassetteFile,
  ModelEntry,
  OutsideEntry,
  RouteEntry,
  ToolEntry,
} from "../players/understudies/cassette-file.ts";
import type { Recording } from "../players/understudies/recording.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { RecordingRow } from "../store/recordings.ts";
import type { ModelCallRow, RunRow, StepRow, Store, TurnRow } from "../store/store.ts";
import { findCredentials } from "../support/credentials.ts";

/**
 * What a run asked and was told, those that it played included, as a cassette. Neither a value of `redactor` nor what
 * has the shape of a credential stands on it.
 * @throws MaestroError MR2050 for a run of which there is nothing to record, or that has not ended
 */
export async function recordRun(store: Store, row: RunRow, redactor: Redactor): Promise<CassetteFile> {
  if (row.source !== null)
    throw new MaestroError("MR2050", { run: row.id, why: "nobody outside was asked in it" });
  if (row.status !== "completed" && row.status !== "failed")
    throw new MaestroError("MR2050", { run: row.id, why: `it is ${row.status}, and has to have ended` });
  const found: Found = { calls: [], gates: {}, decisions: {}, routes: {} };
  await gather(store, { run: row.id, prefix: "" }, found);
  const parse = (json: string) => parseStored(json, `run ${row.id}`);
  const { message, step } = (row.error === null ? {} : parse(row.error)) as {
    message: string;
    step?: string;
  };
  const cassette: CassetteFile = {
    maestro: "cassette",
    version: 1,
    score: row.score,
    input: parse(row.input),
    ended:
      row.status === "failed"
        ? { failed: message, ...(step === undefined ? {} : { step }) }
        : { output: row.output === null ? null : parse(row.output) },
    ...(Object.keys(found.gates).length > 0 ? { gates: found.gates } : {}),
    ...(Object.keys(found.decisions).length > 0 ? { decisions: found.decisions } : {}),
    ...(Object.keys(found.routes).length > 0 ? { routes: found.routes } : {}),
    calls: found.calls,
  };
  return withoutCredentials(redactor.value(cassette)) as CassetteFile;
}

interface Found {
  readonly calls: CassetteCall[];
  readonly gates: Record<string, number>;
  readonly decisions: Record<string, unknown>;
  readonly routes: Record<string, RouteEntry[]>;
}

interface Whose {
  readonly run: string;
  /** Of its steps, where another run plays it: `sent > `. */
  readonly prefix: string;
}

async function gather(store: Store, { run, prefix }: Whose, found: Found): Promise<void> {
  const [steps, calls, recordings, tools] = await Promise.all([
    store.stepsOf(run),
    store.modelCallsOf(run),
    store.recordingsOf(run),
    store.toolTurnsOf(run),
  ]);
  const asked = calls.filter(({ source }) => source === "live");
  // Of a call that was told to end there is nothing; a run from before there were recordings has none at all.
  if (asked.length > 0 && recordings.length === 0)
    throw new MaestroError("MR2050", { run, why: "its calls were made by a version that did not keep them" });
  const byKey = [...new Set(steps.map(({ key }) => key))].sort(naturally);
  for (const key of byKey) {
    const name = `${prefix}${key}`;
    const of = steps.filter((step) => step.key === key).sort((a, b) => a.attempt - b.attempt);
    found.calls.push(
      ...withoutRetries(recordings.filter(({ step }) => step === key)).map((one) =>
        toModelEntry(one, name, asked),
      ),
      ...tools.filter(({ step }) => step === key).flatMap((one) => toToolEntry(one, name)),
      ...of.flatMap((step) => toOutsideEntry(step, name)),
    );
    for (const step of of) await lookAt(store, { step, name }, found);
  }
}

/** What is in a step besides calls: a run that it plays, a decision, how good an artifact was. */
async function lookAt(
  store: Store,
  { step, name }: { readonly step: StepRow; readonly name: string },
  found: Found,
): Promise<void> {
  const { kind, status, output, info } = step;
  const known = infoOf(info);
  if (known.route) noteRoute(found.routes, name, known.route as Route);
  if (kind === "score" && typeof known.run === "string")
    await gather(store, { run: known.run, prefix: `${name} > ` }, found);
  if (status !== "completed" || output === null) return;
  // What was decided because nobody did is decided by time again; of a budget nobody asks where nothing costs.
  if (kind === "checkpoint" && known.by !== "timeout" && !isBudgetKey(step.key))
    found.decisions[name] = JSON.parse(output);
  if (kind === "artifact" && typeof known.score === "number" && !partKeyOf(step.key))
    found.gates[name] = known.score;
}

/** Of several attempts at the same, an interrupted one and the one that went on with it, the last. */
function noteRoute(
  routes: Found["routes"],
  name: string,
  { round, failures, models }: Pick<Route, "round" | "failures" | "models">,
): void {
  const others = (routes[name] ?? []).filter((one) => one.round !== round || one.failures !== failures);
  routes[name] = [...others, { round, failures, models }];
}

function infoOf(info: string | null): Readonly<Record<string, unknown>> {
  return info === null ? {} : (JSON.parse(info) as Record<string, unknown>);
}

/** A call that brought nothing and was made again is no part of what happened. */
function withoutRetries(rows: readonly RecordingRow[]): readonly Recorded[] {
  const all = rows.map((row) => ({ ...row, recording: JSON.parse(row.data) as Recording }));
  return all.filter(({ recording }, i) => {
    const next = all[i + 1]?.recording;
    const isSame = next && JSON.stringify(next.asked) === JSON.stringify(recording.asked);
    return recording.answer !== undefined || !isSame;
  });
}

type Recorded = RecordingRow & { readonly recording: Recording };

function toModelEntry(
  { recording, attempt, call, step: key }: Recorded,
  step: string,
  calls: readonly ModelCallRow[],
): ModelEntry {
  const { asked: whole, input, answer, failure } = recording;
  const { model, ...asked } = whole;
  const row = calls.find((one) => one.step === key && one.attempt === attempt && one.call === call);
  const head = { step, agent: row?.agent ?? "", model, asked, input };
  if (!answer) return { ...head, fails: failure! };
  const { text, calls: used, finish, usage } = answer;
  return {
    ...head,
    ...saidAs(text),
    ...(used.length > 0
      ? { calls: used.map(({ id, tool, input: given }) => ({ id, tool, input: toReadable(given) })) }
      : {}),
    finish,
    tokens: usage,
  };
}

/** As JSON where that gives the very text back: what follows is asked with it. */
function saidAs(text: string): Pick<ModelEntry, "says" | "text"> {
  if (text === "") return {};
  const value = toReadable(text);
  return typeof value === "string" ? { text: text.split("\n") } : { says: value };
}

function toReadable(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && JSON.stringify(value) === text ? value : text;
  } catch {
    return text;
  }
}

/** One that was refused before it ran, or whose end nobody knows, is not played again. */
function toToolEntry({ data, result }: TurnRow, step: string): ToolEntry[] {
  if (result === null) return [];
  const { tool, input } = JSON.parse(data) as ToolUse;
  const brought = JSON.parse(result) as ToolResult;
  if ("isRefused" in brought) return [];
  return "error" in brought
    ? [{ step, tool, input, fails: brought.error }]
    : [{ step, tool, input, gives: brought.output }];
}

function toOutsideEntry({ kind, info, output, error, status }: StepRow, step: string): OutsideEntry[] {
  const { asked } = infoOf(info);
  if ((kind !== "http" && kind !== "shell") || typeof asked !== "string") return [];
  const head = { step, outside: kind, asked } as const;
  if (status === "completed") return [{ ...head, gives: output === null ? null : JSON.parse(output) }];
  if (error === null || status !== "failed") return [];
  const { message, code, isFinal } = JSON.parse(error) as {
    message: string;
    code?: string;
    isFinal?: boolean;
  };
  const fails = {
    message,
    ...(code === undefined ? {} : { code }),
    ...(isFinal ? { isFinal: true as const } : {}),
  };
  return [{ ...head, fails }];
}

/** `drafts/2` before `drafts/10`. */
function naturally(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true }) || (a < b ? -1 : 1);
}

function withoutCredentials(value: unknown): unknown {
  if (typeof value === "string") {
    const found = [...findCredentials(value)].sort((a, b) => b.from - a.from);
    return found.reduce(
      (text, { from, to, usualName }) => `${text.slice(0, from)}[secret:${usualName}]${text.slice(to)}`,
      value,
    );
  }
  if (Array.isArray(value)) return value.map(withoutCredentials);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutCredentials(inner)]));
}
