import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ScoreCode, toScoreCode } from "../../compile/diff/code-parts.ts";
import type { Compilation } from "../../compile/index.ts";
import { placeFindings } from "../../compile/place-findings.ts";
import type { Diagnostic } from "../../diagnostics/index.ts";
import type { Playable } from "../../engine/index.ts";
import type { OrchestraChange } from "../../operations/deploy-changes.ts";
import type { DraftDeployment } from "../../operations/deploy-draft.ts";
import { deployFindings, type LiveChange } from "../../operations/deploy-rules/deploy-findings.ts";
import { usuallyOverlapping } from "../../operations/deploy-rules/usually-overlapping.ts";
import { weigh } from "../../operations/deploy-rules/weigh.ts";
import { type DeployPlan, planDeploy } from "../../operations/plan-deploy.ts";
import { type AffectedRun, type LiveRun, lookAtRuns, toAffected } from "../../operations/run-effects.ts";
import { effectiveOrchestra, type Plan } from "../../plan/index.ts";
import { parseStored } from "../../store/parse-stored.ts";
import type { Io } from "../io.ts";
import type { Settings } from "../load-workspace.ts";
import { whyNoSecret } from "../secrets/why-no-secret.ts";
import { Stage } from "../stage.ts";
import { CODE_FOLDER, type CompiledDraft } from "./compile-draft.ts";
import { type Forecasts, forecastsOf } from "./forecasts.ts";
import { type DeployWorld, lookAt } from "./world.ts";

interface Making {
  readonly io: Io;
  readonly settings: Settings;
  readonly command: string;
  /** Are runs at rest to go on with the new code? */
  readonly isMoving: boolean;
}

/** A plan of changes, with what stands against it. */
export interface CheckedPlan extends DeployPlan {
  readonly findings: readonly Diagnostic[];
  /** What orchestras will cost, by id; of those whose scores ask models. */
  readonly costs: Forecasts["costs"];
}

/** What a deploy would do. The code that live runs would be moved to is loaded for that; nothing is written. */
export async function makePlan(making: Making, compiled: CompiledDraft): Promise<CheckedPlan> {
  const { io, settings } = making;
  const stage = await Stage.open({ io, show: { quiet: true }, root: settings.root });
  try {
    return await lookAt(making, (world) => planOver(world, { making, compiled, stage }));
  } finally {
    await stage.close();
  }
}

interface Planning {
  readonly making: Making;
  readonly compiled: CompiledDraft;
  readonly stage: Stage;
}

async function planOver(
  world: DeployWorld,
  { making: { io, settings, isMoving }, compiled: { draft, compilation }, stage }: Planning,
): Promise<CheckedPlan> {
  const { deployed, keeper } = world;
  const playables = new Map<string, Promise<Playable>>();
  const load = (deployment: DraftDeployment) => {
    const known = playables.get(deployment.hash) ?? stage.load(deployment);
    playables.set(deployment.hash, known);
    return known;
  };
  const now = Date.now();
  const tools = { store: keeper, now: () => now };
  const changes: LiveChange[] = [];
  const runsOf = async (change: OrchestraChange): Promise<readonly AffectedRun[]> => {
    const own = world.runs.filter((run) => run.orchestra === change.id && run.parent === null);
    const next = draft.deployments.find(({ hash }) => hash === change.deployment.to);
    // What is destroyed, or plays something else, has nothing that they could be moved to.
    const isLeft = !next || change.is === "destroy" || change.is === "replace";
    const to = isLeft ? undefined : { hash: next.hash, playable: () => load(next) };
    const live = await lookAtRuns(tools, own, to);
    const isMoved = live.some(({ migration }) => migration !== undefined);
    changes.push({
      change,
      isEnabled: isEnabled(change, world),
      live,
      playable: to && isMoved ? await to.playable() : undefined,
      deployed: await planOf(change.deployment.from, world),
    });
    return live.map(isLeft ? staying : toAffected);
  };
  const looking = { draft, deployed, now, isMoving, runsOf, whyNoSecret: whyNoSecret(io, settings) };
  const plan = await planDeploy(looking);
  const forecasts = await forecastsOf(world, plan, { settings, compilation, now });
  const { root } = settings;
  const findings = [
    ...(await deployFindings({ compilation, changes, codeOf: codesIn(root, compilation) })),
    ...usuallyOverlapping(compilation, forecasts.history, now),
  ];
  const placed = await placeFindings(findings, { root, compilation, weigh: weigh(isMoving) });
  return { ...plan, findings: placed, costs: forecasts.costs };
}

/** As it is played now. */
function isEnabled({ id, before }: OrchestraChange, { deployed: { overrides } }: DeployWorld): boolean {
  const decided = overrides.filter(({ orchestra }) => orchestra === id);
  return before !== undefined && effectiveOrchestra(before, decided).isEnabled;
}

async function planOf(hash: string | undefined, { keeper }: DeployWorld): Promise<Plan | undefined> {
  const kept = hash === undefined ? undefined : await keeper.deployment(hash);
  return kept && (parseStored(kept.plan, `deployment ${kept.hash}`) as Plan);
}

/** The parts of deployments whose code lies here, each read once. Of another machine's nothing is said. */
export function codesIn(
  root: string,
  { agents }: Pick<Compilation, "agents">,
): (hash: string) => Promise<ScoreCode | undefined> {
  const known = new Map<string, Promise<ScoreCode | undefined>>();
  const own = new Set(agents.map(({ id }) => id));
  const read = async (hash: string) => {
    try {
      return await toScoreCode(readFileSync(join(root, CODE_FOLDER, `${hash}.mjs`), "utf8"), own);
    } catch {
      return undefined;
    }
  };
  return (hash) => {
    const code = known.get(hash) ?? read(hash);
    known.set(hash, code);
    return code;
  };
}

function staying({ row: { id, status } }: LiveRun): AffectedRun {
  return {
    id,
    status,
    effect: "must finish on the old one",
    why: ["nothing deployed plays its score for this orchestra any more"],
  };
}
