import { MaestroError } from "../diagnostics/index.ts";
import type { Engine, PendingStep, Playable } from "../engine/index.ts";
import { audited } from "../operations/audited.ts";
import { cancelRun } from "../operations/cancel-run.ts";
import { setPrice, unsetPrice } from "../operations/change-prices.ts";
import { raisedBy } from "../operations/check-budget-decision.ts";
import { decideCheckpoint } from "../operations/decide-checkpoint.ts";
import type { MigrationData } from "../operations/migration-data.ts";
import { pauseRun } from "../operations/pause-run.ts";
import { planOf } from "../operations/plan-of.ts";
import { resumeRun } from "../operations/resume-run.ts";
import { type CheckpointNode, isBudgetKey, type JsonSchema, nodeAt } from "../plan/index.ts";
import type { Learning } from "../store/learning-store.ts";
import type { AuditRow } from "../store/orchestra-store.ts";
import type { CachedSummary, RunRow, Store } from "../store/store.ts";
import { type Artifact, artifactsOf, chooseArtifact } from "../views/artifacts.ts";
import { closestLearnings } from "../views/closest-learnings.ts";
import { type Costs, costs } from "../views/costs.ts";
import { findRun } from "../views/find-run.ts";
import { heldBy } from "../views/held-by.ts";
import { allOpenCheckpoints, chooseCheckpoint, type OpenCheckpoint } from "../views/open-checkpoints.ts";
import { outermostOf } from "../views/outermost-of.ts";
import { type ListedPrice, listedPrices } from "../views/prices.ts";
import { type RunCost, runCosts } from "../views/run-costs.ts";
import { type RunDetail, runDetail } from "../views/run-detail.ts";
import { type RunPhase, runPhases } from "../views/run-phases.ts";
import { runProgress, type WatchedRun } from "../views/run-progress.ts";
import { answerAlike } from "./answer-alike.ts";
import type { ControlRequest } from "./control-request.ts";
import type { Followed } from "./orchestrator/followed-runs.ts";
import type { Asked, Host, HostStatus } from "./orchestrator/host.ts";
import { type HistoryResults, performHistory } from "./perform-history.ts";
import { type LearningResults, performLearnings } from "./perform-learnings.ts";
import { type ModelResults, performModels } from "./perform-models.ts";
import { type OrchestraResults, performOrchestras } from "./perform-orchestras.ts";
import { performStepping, type SteppingResults, steppingOf } from "./perform-stepping.ts";

/** How a run goes on: here, when somebody plays it from the store, or when somebody lets it. */
export type GoesOn =
  | { readonly is: "played" }
  | { readonly is: "at rest" }
  | { readonly is: "held"; readonly by: string; readonly reason?: string };

/** What each operation gives. */
export interface ControlResults
  extends OrchestraResults,
    LearningResults,
    HistoryResults,
    SteppingResults,
    ModelResults {
  /** With what is known of the failures of its steps, by step. */
  readonly show: RunDetail & {
    /** Who has done what to it, in the order in which they did. */
    readonly audit: readonly AuditRow[];
    /** How far each phase of its score is. */
    readonly phases: readonly RunPhase[];
    readonly learnings: Readonly<Record<string, readonly Learning[]>>;
    readonly isPlayed: boolean;
  };
  /** With what is known of the failure of the step that is looked at. */
  readonly watch: WatchedRun & {
    readonly learnings: Readonly<Record<string, readonly Learning[]>>;
    /** Of one that is played step by step: what may be played next. */
    readonly stepping?: readonly PendingStep[] | undefined;
  };
  readonly checkpoints: readonly Omit<OpenCheckpoint, "step">[];
  readonly question: {
    readonly run: string;
    readonly step: string;
    readonly schema?: JsonSchema | undefined;
    /** When it is over by itself, Unix ms. */
    readonly until?: number | undefined;
  };
  readonly decide: {
    readonly run: string;
    readonly step: string;
    readonly whole: string;
    readonly goesOn: GoesOn;
  };
  /** What the run has kept; of a name, that one. */
  readonly artifacts: readonly Artifact[];
  readonly prices: readonly ListedPrice[];
  readonly runCosts: readonly RunCost[];
  readonly setPrice: Readonly<Record<string, never>>;
  readonly unsetPrice: { readonly count: number };
  readonly pause: { readonly run: string; readonly underWay: readonly string[] };
  readonly resume: { readonly run: string; readonly goesOn: GoesOn };
  readonly cancel: { readonly cancelled: readonly string[] };
  /** Undefined where nobody plays new runs. */
  readonly start: { readonly run: string } | undefined;
  readonly find: Pick<RunRow, "id" | "score">;
  /** Undefined where nobody plays new runs. */
  readonly rerun: { readonly run: string } | undefined;
  readonly migrate: MigrationData | undefined;
  /** Undefined where the run is not played. */
  readonly follow: Followed | undefined;
  readonly costs: Costs;
  readonly "kept results": { readonly rows: readonly CachedSummary[]; readonly now: number };
  readonly "clear results": { readonly count: number };
  /** Undefined of an owner that plays what it was started for and nothing else. */
  readonly status: HostStatus | undefined;
  readonly stop: { readonly isHost: boolean };
}

/** What the owner of a store has at hand. */
export interface Owned {
  readonly engine: Engine;
  readonly store: Store;
  readonly clock: { readonly now: () => number };
  /** The code that a run began with. */
  readonly playableOf: (row: Pick<RunRow, "id" | "score" | "deployment">) => Promise<Playable>;
  /** Does it play whatever can go on, or only what it was started for? */
  readonly isHost: boolean;
  /** What it does beyond that, when it lives on by itself. */
  readonly host?: Host | undefined;
}

/**
 * Does what is asked, the same for whoever owns the store and for those who ask it.
 * @throws MaestroError with the way out, as the operation itself
 */
export async function performRequest<R extends ControlRequest>(
  owned: Owned,
  request: R,
): Promise<ControlResults[R["op"]]> {
  // Each case gives what its own operation gives.
  const done = (await perform(owned, request)) as ControlResults[R["op"]];
  if (CHANGES.has(request.op)) owned.host?.changed();
  return done;
}

/** What is another thing after them, for those who look on; runs that begin tell it themselves. */
const CHANGES: ReadonlySet<ControlRequest["op"]> = new Set([
  "decide",
  "pause",
  "resume",
  "cancel",
  "step",
  "deploy",
  "override",
  "playOrchestra",
]);

async function perform(owned: Owned, request: ControlRequest): Promise<ControlResults[ControlRequest["op"]]> {
  const { engine, store } = owned;
  switch (request.op) {
    case "runs":
    case "events":
    case "spentRuns":
    case "stepsPage":
    case "calls":
    case "outlines":
    case "modelHistory":
    case "prune":
      return performHistory(owned, request);
    case "show": {
      const row = await findRun(store, request.run);
      const detail = await runDetail(store, row);
      const plan = engine.playableOf(row.id)?.plan ?? (await planOf(row, store));
      const phases = plan?.phases ? runPhases(plan, await store.stepsOf(row.id)) : [];
      const audit = (await store.orchestras.audits({ about: row.id, limit: MOST_AUDITS })).reverse();
      const learnings = await learningsOf(store, detail);
      return { ...detail, phases, audit, learnings, isPlayed: engine.isPlaying(row.id) };
    }
    case "watch": {
      const row = await findRun(store, request.run);
      const watched = await runProgress(store, row, request.step);
      const steps = watched.steps.filter(({ key }) => key === request.step);
      const stepping = steppingOf(engine, row.id);
      const learnings = await learningsOf(store, { run: watched.run, steps });
      return { ...watched, learnings, ...(stepping ? { stepping } : {}) };
    }
    case "artifacts": {
      const row = await findRun(store, request.run);
      const kept = await artifactsOf(store, row.id);
      return request.name === undefined ? kept : [chooseArtifact(row.id, kept, request.name)];
    }
    case "checkpoints":
      return (await allOpenCheckpoints(store)).map(({ step: _, ...one }) => one);
    case "question":
      return question(owned, request);
    case "decide":
      return decide(owned, request);
    case "prices": {
      await engine.shared.treasury();
      return listedPrices(store, owned.clock.now(), request.all);
    }
    case "runCosts":
      return runCosts(store, request);
    case "setPrice": {
      await setPrice({ engine, store, now: owned.clock.now }, request);
      return {};
    }
    case "unsetPrice":
      return { count: await unsetPrice({ engine, store, now: owned.clock.now }, request) };
    case "pause": {
      const { by, reason } = request;
      const row = await findRun(store, request.run);
      const done = { run: row.id, who: by, action: "pause", asked: request } as const;
      return {
        run: row.id,
        underWay: await audited(toolsOf(owned), done, pauseRun(owned, { row, by, reason })),
      };
    }
    case "resume": {
      const row = await openRun(store, request.run);
      const done = { run: row.id, who: request.by, action: "resume", asked: request } as const;
      return { run: row.id, goesOn: await audited(toolsOf(owned), done, goOn(owned, row, request)) };
    }
    case "cancel": {
      const { by, reason, graceMs } = request;
      const row = await findRun(store, request.run);
      const done = { run: row.id, who: by, action: "cancel", asked: request } as const;
      const cancelling = cancelRun(owned, { row, by, reason, graceMs });
      return { cancelled: await audited(toolsOf(owned), done, cancelling) };
    }
    case "start":
      return owned.host?.start(request);
    case "find": {
      const { id, score } = await findRun(store, request.run);
      return { id, score };
    }
    case "rerun":
      return owned.host?.rerun(request);
    case "migrate":
      return owned.host?.migrate(request);
    case "follow":
      return owned.host?.follow(request);
    case "costs":
      return costs(store, request.by, request.since);
    case "kept results":
      return { rows: await store.listCached(request), now: owned.clock.now() };
    case "clear results":
      return {
        count: await (request.isMeant ? store.clearCached(request.score) : store.countCached(request.score)),
      };
    case "learnings":
    case "learn":
    case "forget":
      return performLearnings({ store: store.learnings, now: owned.clock.now }, request);
    case "step":
    case "step form":
      return performStepping(owned, request);
    case "models":
    case "modelTest":
    case "testCalls":
    case "modelFlags":
    case "agentRevisions":
    case "flagModel":
    case "compareModel":
      return performModels(owned, request);
    case "status":
      return owned.host?.status();
    case "stop":
      owned.host?.stop(request.isNow);
      return { isHost: owned.host !== undefined };
    default:
      return performOrchestras(owned, request);
  }
}

function toolsOf({ store, clock }: Owned) {
  return { store, now: clock.now };
}

async function openRun(store: Store, run: string): Promise<RunRow> {
  const row = await findRun(store, run);
  if (row.endedAt !== null) throw new MaestroError("MR2008", { run: row.id, status: row.status });
  return row;
}

function playableFor({ engine, playableOf }: Owned, row: RunRow): Playable | Promise<Playable> {
  return engine.playableOf(row.id) ?? playableOf(row);
}

async function question(owned: Owned, { run, step }: Asked<"question">): Promise<ControlResults["question"]> {
  const { store } = owned;
  const row = await openRun(store, run);
  const asked = await chooseCheckpoint(store, row, step);
  const { plan } = await playableFor(owned, row);
  const { decision } = nodeAt(plan, asked.step.key) as CheckpointNode;
  return { run: row.id, step: asked.key, schema: decision, until: asked.until };
}

async function decide(
  owned: Owned,
  { run, step, value, by }: Asked<"decide">,
): Promise<ControlResults["decide"]> {
  const { engine, store, clock } = owned;
  const row = await openRun(store, run);
  const checkpoint = await chooseCheckpoint(store, row, step);
  const playable = await playableFor(owned, row);
  const tools = { engine, store, now: clock.now };
  const done = { run: row.id, who: by, action: "decide", asked: { step: checkpoint.key, value } } as const;
  await audited(tools, done, decideCheckpoint(tools, { row, playable, step: checkpoint.step, value, by }));
  const whole = await outermostOf(row, store);
  const raised = isBudgetKey(checkpoint.step.key) ? raisedBy(checkpoint.step, value) : undefined;
  if (raised) {
    const alike = await answerAlike(owned, { scope: raised.scope, step: checkpoint.step, playable, by });
    for (const other of alike) await followOrGoOn(owned, other, whole);
  }
  const decided = { run: row.id, step: checkpoint.key, whole: whole.id };
  const held = heldBy(whole);
  if (held) return { ...decided, goesOn: { is: "held", ...held } };
  if ((await engine.followAgain(row.id)) || engine.isKnown(whole.id))
    return { ...decided, goesOn: { is: "played" } };
  return { ...decided, goesOn: await goOn(owned, whole) };
}

/** A run that can go on, because a budget has been raised that it waits for, as well as `whole` does. */
async function followOrGoOn(owned: Owned, row: RunRow, whole: RunRow): Promise<void> {
  const { engine, store } = owned;
  const own = await outermostOf(row, store);
  if (heldBy(own) || (await engine.followAgain(row.id)) || engine.isKnown(own.id)) return;
  if (own.id !== whole.id) await goOn(owned, own);
}

/** @throws MaestroError MR2011 when it is being played and nobody holds it */
async function goOn(
  owned: Owned,
  row: RunRow,
  { redo, give, fail, isStepped }: Partial<Asked<"resume">> = {},
): Promise<GoesOn> {
  const { engine, store, clock, isHost, host } = owned;
  const answers = { ...(redo && { redo }), ...(give && { give }), ...(fail && { fail }) };
  const hasAnswers = Object.keys(answers).length > 0;
  // What became of steps is only known of a run at rest.
  if (hasAnswers && !isHost) return { is: "at rest" };
  if (!hasAnswers && !isStepped && (await engine.goOn(row.id))) return { is: "played" };
  if (engine.isKnown(row.id)) throw new MaestroError("MR2011", { run: row.id });
  if (!isHost) return { is: "at rest" };
  const playable = await playableFor(owned, row);
  const play = await resumeRun({ engine, store, now: clock.now }, { row, playable, answers, isStepped });
  host?.watch(play);
  return { is: "played" };
}

const MOST_AUDITS = 100;
/** Steps of a run that failed for good are few; of a map's items the first ones say enough. */
const MOST_FAILED = 5;

async function learningsOf(
  { learnings }: Store,
  { run, steps }: Pick<RunDetail, "run" | "steps">,
): Promise<ControlResults["show"]["learnings"]> {
  const failed = steps.filter(({ status, error }) => status === "failed" && error !== undefined);
  const found = failed.slice(0, MOST_FAILED).map(async ({ key, error }) => {
    const place = `${run.score}/${toPath(key)}`;
    return [key, await closestLearnings(learnings, { place, message: error!, run: run.id })] as const;
  });
  return Object.fromEntries((await Promise.all(found)).filter(([, known]) => known.length > 0));
}

/** `drafts/3/letter` is an item of the node `drafts/letter`. */
function toPath(key: string): string {
  return key
    .split("/")
    .filter((part) => !/^\d+$/.test(part))
    .join("/");
}
