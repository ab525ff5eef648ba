import { MaestroError } from "../diagnostics/index.ts";
import type { Engine, HowToPlay, Play, Playable, StepInfo } from "../engine/index.ts";
import { nodeAt, type Plan, type Problem } from "../plan/index.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { RunRow, StepRow, Store } from "../store/store.ts";
import { newId } from "../support/ids.ts";
import { nearest } from "../support/nearest.ts";
import { applyEdits, type Edit, type Edited, placeOf } from "./apply-edits.ts";
import { carriedInput } from "./carried-input.ts";
import { checkKept } from "./check-kept.ts";
import { lastAttempts } from "./last-attempts.ts";
import { planOf } from "./plan-of.ts";
import { whatIsKept } from "./what-is-kept.ts";

export interface Rerunning extends HowToPlay {
  /** What the new run is called. */
  readonly id?: string | undefined;
  readonly row: RunRow;
  /** What the new run plays: the deployment of the old one, or another one of its score. */
  readonly playable: Playable;
  /** Names of the score's own nodes that are played again; with another deployment also of those that are gone. */
  readonly from?: readonly string[] | undefined;
  /** Values put in place of outputs and of the input; whoever reads them is played again. */
  readonly set?: readonly Edit[] | undefined;
  /** Who has put them there. */
  readonly by?: string | undefined;
  /** Also of a run that has not ended: from then on both go their own way. */
  readonly isFork?: boolean | undefined;
  /** Keeps a deployment that the store does not have; called when everything has been checked. */
  readonly deploy?: (() => Promise<void>) | undefined;
}

interface Tools {
  readonly engine: Engine;
  readonly store: Store;
  readonly now: () => number;
}

/**
 * Begins a new run from an earlier one. What failed or had not ended is played again, what `from` names, and everything
 * that depends on those or on what `set` edits; every other output is taken over as it is. Of a map that failed, the
 * items that went well are taken over too. The old run stays as it is.
 * @throws MaestroError MR2018 when the run has not ended and this is no fork, MR2019 when there is nothing to play again, or
 * `from` names what the score does not have; MR2020 when a step that must not happen twice would be played again and is
 * not named; MR2023, MR2014 and MR2002 for edits; MR2022 with everything that does not fit another deployment
 */
export async function rerunRun(tools: Tools, rerunning: Rerunning): Promise<Play> {
  const { engine, store, now } = tools;
  const { row, playable, from = [], set = [], by, isFork, deploy, isStepped } = rerunning;
  if (row.endedAt === null && !isFork) throw new MaestroError("MR2018", { run: row.id });
  const steps = await store.stepsOf(row.id);
  const failed = failedIn(steps);
  // What that run was given depends on nothing that is played again.
  const wasGiven = givenIn(steps);
  const isMoved = playable.hash !== row.deployment;
  checkNames(rerunning, { steps, isNothing: failed.size === 0, isMoved });
  const before = isMoved ? await planOf(row, store) : playable.plan;
  const input = await carriedInput(playable, parseStored(row.input, `run ${row.id}`), before);
  const edited = await applyEdits(set, { row, playable, steps, from, input: input.value });
  const unfit = edited.input === input.value ? input.problems : [];
  const given = new Set(edited.outputs.keys());
  // Whoever reads what was given is played again; the node itself has its output, and is not.
  const named = [...from, ...given];
  const isFree = whatIsKept(playable, { from: [...named, ...edited.affected], failed });
  const isKept = (key: string) => isFree(key) || (wasGiven.has(key) && !named.includes(key));
  checkRepeats(steps, { ...rerunning, from: named }, isKept);
  const isLeft = (key: string) => from.includes(nameOf(key));
  const completed = steps.filter(({ status, key }) => status === "completed" && !given.has(nameOf(key)));
  const kept = completed.filter(
    ({ key }) => isKept(key) || (isMoved && isGone(playable.plan, key) && !isLeft(key)),
  );
  const taken = isMoved ? await fitting(kept, rerunning, { before, unfit }) : kept;
  await deploy?.();
  const { id = newId("run") } = rerunning;
  const at = now();
  const begins = {
    score: row.score,
    priority: row.priority,
    // What is taken over came from there.
    source: row.source,
    flags: row.flags,
    deployment: playable.hash,
    input: JSON.stringify(edited.input),
  };
  const moved = isMoved ? { from: row.deployment, to: playable.hash } : {};
  const changed = set.length > 0 ? { edited: set.map(placeOf), by } : {};
  const anew = from.length > 0 ? { anew: from } : {};
  const data = JSON.stringify({ of: row.id, ...changed, ...moved, ...anew });
  const begun = { id, ...begins, status: "queued", createdAt: at, startedAt: null, parent: null } as const;
  const write = () =>
    store.createRun(begun, {
      taken: [...taken.map((step) => copyOf(step, id)), ...givenRows(edited, { rerunning, steps, id, at })],
      event: { runId: id, at, type: "run.derived", step: null, data },
    });
  return engine.resume(playable, { ...NOTHING_YET, ...begun }, { isStepped, write });
}

/** What a run has that nobody has done anything to. */
const NOTHING_YET = {
  ...{ orchestra: null, dueAt: null, reason: null, error: null, output: null },
  ...{ recoveries: 0, endedAt: null },
};

function nameOf(key: string): string {
  return key.split("/", 1)[0]!;
}

function isGone({ body }: Plan, key: string): boolean {
  return !key.startsWith("onError/") && !Object.hasOwn(body.nodes, nameOf(key));
}

function checkNames(
  { row, playable, from = [], set = [] }: Rerunning,
  {
    steps,
    isNothing,
    isMoved,
  }: { readonly steps: readonly StepRow[]; readonly isNothing: boolean; readonly isMoved: boolean },
): void {
  const names = playable.graph.nodes.filter(({ hidden }) => !hidden).map(({ name }) => name);
  const gone = isMoved ? steps.map(({ key }) => nameOf(key)) : [];
  const isDone = isNothing && !isMoved && row.status === "completed" && set.length === 0 && from.length === 0;
  for (const step of isDone ? [undefined] : from) {
    if (step !== undefined && (names.includes(step) || gone.includes(step))) continue;
    const guess = step === undefined ? undefined : nearest(step, names);
    throw new MaestroError("MR2019", { run: row.id, step, names, guess });
  }
}

function checkRepeats(
  steps: readonly StepRow[],
  { row, playable, from = [] }: Rerunning,
  isKept: (key: string) => boolean,
): void {
  const twice = steps.filter(({ key }) => !isKept(key) && mustNotRepeat(key, playable, from));
  if (twice.length > 0)
    throw new MaestroError("MR2020", { run: row.id, steps: [...new Set(twice.map(({ key }) => key))] });
}

/**
 * Must it not happen twice, and nobody has named it? Of a score that is played nobody has looked at the steps, so it is
 * taken to have such a step. What `onError` did was about that failure.
 */
function mustNotRepeat(key: string, { plan }: Playable, from: readonly string[]): boolean {
  if (key.startsWith("onError/") || from.includes(nameOf(key))) return false;
  const node = nodeAt(plan, key);
  return node?.kind === "score" || (node !== undefined && "retry" in node && node.retry === "never");
}

/** Of what would be taken over, all that the other deployment can read; refused when it cannot read something. */
async function fitting(
  kept: readonly StepRow[],
  { row, playable, from = [] }: Rerunning,
  { before, unfit }: { readonly before: Plan | undefined; readonly unfit: readonly Problem[] },
): Promise<readonly StepRow[]> {
  const { taken, misfits } = await checkKept(kept, { before, playable });
  const problems = [
    ...unfit.map(({ path, detail }) => ({ path: ["input", path].filter(Boolean).join("."), detail })),
    ...misfits.map(({ key, detail }) => ({ path: key, detail })),
  ];
  if (problems.length === 0) return taken;
  const leave = misfits.length === 0 ? [] : [...new Set([...from, ...misfits.map(({ key }) => nameOf(key))])];
  throw new MaestroError("MR2022", { run: row.id, deployment: playable.hash, problems, leave });
}

/** The step of the new run that stands for one of the old. */
function copyOf(step: StepRow, runId: string): StepRow {
  const info = JSON.stringify({ ...JSON.parse(step.info ?? "{}"), takenFrom: step.runId });
  return { ...step, runId, info };
}

/** The steps of the new run whose outputs were given. */
function givenRows(
  { outputs }: Edited,
  {
    rerunning: { playable, by, row },
    steps,
    id,
    at,
  }: {
    readonly rerunning: Rerunning;
    readonly steps: readonly StepRow[];
    readonly id: string;
    readonly at: number;
  },
): StepRow[] {
  const last = lastAttempts(steps);
  return [...outputs].map(([key, output]) => ({
    runId: id,
    key,
    attempt: 1,
    kind: playable.plan.body.nodes[key]!.kind,
    status: "completed",
    output: JSON.stringify(output),
    error: null,
    info: JSON.stringify({
      edited: true,
      ...(by === undefined ? {} : { by }),
      ...(last.has(key) ? { takenFrom: row.id } : {}),
    }),
    startedAt: at,
    endedAt: at,
  }));
}

/** Keys of the steps whose outputs were given when the run began. */
function givenIn(steps: readonly StepRow[]): ReadonlySet<string> {
  const isGiven = ({ info }: StepRow) => info !== null && (JSON.parse(info) as StepInfo).given === true;
  return new Set(steps.filter(isGiven).map(({ key }) => key));
}

/** Keys of the steps whose last attempt brought no output and was not left out. */
function failedIn(steps: readonly StepRow[]): ReadonlySet<string> {
  const isBad = ({ status }: StepRow) => status !== "completed" && status !== "skipped";
  return new Set([...lastAttempts(steps).values()].filter(isBad).map(({ key }) => key));
}
