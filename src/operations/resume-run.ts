import { MaestroError } from "../diagnostics/index.ts";
import type { Engine, HowToPlay, Play, Playable } from "../engine/index.ts";
import { nodeAt } from "../plan/index.ts";
import type { RunRow, StepRow, Store } from "../store/store.ts";
import { lastAttempts } from "./last-attempts.ts";
import { toStoredOutput } from "./to-stored-output.ts";

/** What was found out about interrupted steps that must not happen twice, by their keys. */
export interface Answers {
  /** Play it again. */
  readonly redo?: readonly string[];
  /** It did happen, and this was its output. */
  readonly give?: Readonly<Record<string, unknown>>;
  /** It did not happen, and is not to. */
  readonly fail?: readonly string[];
}

/**
 * Goes on with a run that has not ended, also with one that somebody holds. Every answer is checked before one is
 * written.
 * @throws MaestroError MR2008 when it has ended, MR2011 when it is being played, MR2013 for an answer about a step that
 * nobody asks about (or two about one), MR2014 for an output that does not fit
 */
export async function resumeRun(
  { engine, store, now }: { readonly engine: Engine; readonly store: Store; readonly now: () => number },
  {
    row,
    playable,
    answers = {},
    isStepped,
  }: { readonly row: RunRow; readonly playable: Playable; readonly answers?: Answers } & HowToPlay,
): Promise<Play> {
  if (row.endedAt !== null) throw new MaestroError("MR2008", { run: row.id, status: row.status });
  const { redo = [], give = {}, fail = [] } = answers;
  const keys = [...redo, ...Object.keys(give), ...fail];
  // One that goes on where it is goes on as it was played before.
  const play = keys.length === 0 && !isStepped ? await engine.goOn(row.id) : undefined;
  if (play) return play;
  if (engine.isKnown(row.id)) throw new MaestroError("MR2011", { run: row.id });
  // Nobody goes on with it meanwhile: what is written would come too late for them.
  if (keys.length > 0)
    await engine.atRest(row.id, () => writeAnswers({ row, playable, answers }, { store, now: now() }));
  return engine.resume(playable, row, { redo: new Set(redo), isStepped });
}

/** Checks every answer before one is written. */
async function writeAnswers(
  {
    row,
    playable,
    answers,
  }: { readonly row: RunRow; readonly playable: Playable; readonly answers: Answers },
  { store, now }: { readonly store: Store; readonly now: number },
): Promise<void> {
  const { redo = [], give = {}, fail = [] } = answers;
  const keys = [...redo, ...Object.keys(give), ...fail];
  const { endedAt = null, status = "" } = (await store.run(row.id)) ?? {};
  if (endedAt !== null) throw new MaestroError("MR2008", { run: row.id, status });
  const asked = askedAbout(playable, await store.journalOf(row.id));
  for (const [i, step] of keys.entries()) {
    if (asked.has(step) && !keys.includes(step, i + 1)) continue;
    throw new MaestroError("MR2013", { run: row.id, step, asked: [...asked.keys()] });
  }
  const outputs = new Map<string, string>();
  for (const [step, output] of Object.entries(give))
    outputs.set(step, await checkedOutput(playable, step, output));
  const answer = { at: now, asked };
  for (const [step, output] of outputs) {
    await store.recordStep({
      ...answeredRow(step, answer),
      status: "completed",
      output,
    });
  }
  const error = JSON.stringify({ message: "reported as failed after an interruption" });
  for (const step of fail) await store.recordStep({ ...answeredRow(step, answer), status: "failed", error });
}

/** The last attempts of the steps that were interrupted and must not happen twice, by key. */
function askedAbout({ plan }: Playable, steps: readonly StepRow[]): ReadonlyMap<string, StepRow> {
  const isAsked = ([key, { status }]: [string, StepRow]) => {
    const node = nodeAt(plan, key);
    return (
      (status === "running" || status === "interrupted") && node?.kind === "task" && node.retry === "never"
    );
  };
  return new Map([...lastAttempts(steps)].filter(isAsked));
}

async function checkedOutput({ plan, code }: Playable, step: string, output: unknown): Promise<string> {
  const node = nodeAt(plan, step);
  const check = node?.kind === "task" ? code.tasks[node.code]?.checkOutput : undefined;
  const checked = check ? await check(output) : { value: output };
  if ("problems" in checked) throw new MaestroError("MR2014", { step, problems: checked.problems });
  return toStoredOutput(checked.value, step).json;
}

interface Answer {
  readonly at: number;
  readonly asked: ReadonlyMap<string, StepRow>;
}

/** The row that an answer settles: the open attempt, or one after the last that is over. */
function answeredRow(key: string, { at, asked }: Answer): StepRow {
  const last = asked.get(key)!;
  const attempt = last.status === "running" ? last.attempt : last.attempt + 1;
  return { ...last, attempt, output: null, error: null, info: null, endedAt: Math.max(at, last.startedAt) };
}
