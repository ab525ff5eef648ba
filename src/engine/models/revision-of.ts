import { MaestroError } from "../../diagnostics/index.ts";
import {
  type AgentCode,
  type AgentPlan,
  agentOfRevision,
  type ModelFlag,
  type Stage,
  toRevision,
} from "../../plan/index.ts";
import { toCanonicalJson } from "../../support/json.ts";
import type { Performance } from "../performance.ts";
import { playablesIn } from "../playables-in.ts";

/** An agent as one deployment has it. */
export interface AgentRevision {
  /** `writer@3f9a01c2d4e5`. */
  readonly name: string;
  readonly plan: AgentPlan;
  readonly code: AgentCode;
}

/** What flags say of the revisions of a step's agent. */
export interface Revised {
  /** Played in place of the run's own. Absent: that is played. */
  readonly played?: AgentRevision;
  /** Why, in words. */
  readonly why?: string;
  /** Played beside it. */
  readonly shadows: readonly ModelFlag[];
}

const NOTHING: Revised = { shadows: [] };

/**
 * Which revision of its agent a step is played with: what its attempt has begun with, else the run's own, unless flags keep that from
 * traffic or want another one. What answers in place of models knows no flags.
 * @throws MaestroError MR2099 when the one that is wanted does not fit, MR2100 when none may be asked
 */
export async function revisionOf(run: Performance, id: string, begun?: BegunWith): Promise<Revised> {
  if (run.source) return NOTHING;
  const register = await run.shared.register();
  const flags = register.revisionFlagsOf(id);
  if (flags.length === 0 && begun?.revision === undefined) return NOTHING;
  const plan = run.playable.plan.agents![id]!;
  const own = toRevision(id, plan, run.playable.hash);
  const shadowsBeside = (name: string) =>
    flags.filter(({ stage, model }) => stage === "shadow" && model !== name);
  const kept = begun && (await keptRevision(run, { id, own, name: begun.revision ?? own, flags }));
  if (kept) return { ...kept, shadows: shadowsBeside(kept.played?.name ?? own) };
  const said = flags.find(({ stage, model }) => stage === "dark" && run.flags.includes(model));
  const alone = flags.filter(({ stage }) => stage === "only");
  const wanted = said ?? (alone.some(({ model }) => model === own) ? undefined : alone[0]);
  if (wanted) {
    if (wanted.model === own) return { shadows: shadowsBeside(own) };
    const why = said ? `the run was begun with --flag ${said.model}` : `${wanted.model} is to be asked alone`;
    return {
      played: await loadRevision(run, wanted.model, wanted.deployment),
      why,
      shadows: shadowsBeside(wanted.model),
    };
  }
  const barred = flags.find(({ model, stage }) => model === own && isOut(stage));
  if (!barred) return { shadows: shadowsBeside(own) };
  const isBarred = (name: string) => flags.some(({ model, stage }) => model === name && isOut(stage));
  for (const { hash, agent } of await register.deploymentsOf(id)) {
    const other = JSON.parse(agent) as AgentPlan;
    const name = toRevision(id, other, hash);
    if (isBarred(name) || whyUnfit(plan, other) !== undefined) continue;
    const played = await revisionHere(run, name, hash);
    const why = `the flag of ${own} is ${barred.stage}`;
    if (played) return { played, why, shadows: shadowsBeside(name) };
  }
  throw new MaestroError("MR2100", { agent: id, revision: own, stage: barred.stage });
}

/** With what an earlier process has begun an attempt, and was answered. */
export interface BegunWith {
  /** Absent: the run's own. */
  readonly revision?: string | undefined;
}

/**
 * An attempt goes on as it began, whatever flags say by now: what was said in it was said to that revision. But one that is off is
 * asked nothing more, and one that is not kept any more cannot be.
 */
async function keptRevision(
  run: Performance,
  of: {
    readonly id: string;
    readonly own: string;
    readonly name: string;
    readonly flags: readonly ModelFlag[];
  },
): Promise<Omit<Revised, "shadows"> | undefined> {
  const { id, own, name, flags } = of;
  if (flags.some(({ model, stage }) => model === name && stage === "off")) return undefined;
  if (name === own) return {};
  const register = await run.shared.register();
  const all = await register.deploymentsOf(id);
  const found = all.find(({ hash, agent }) => toRevision(id, JSON.parse(agent) as AgentPlan, hash) === name);
  const played = found && (await revisionHere(run, name, found.hash));
  return played && { played, why: "its attempt began with it" };
}

/** One among others: `undefined` where it cannot be played here. */
async function revisionHere(
  run: Performance,
  name: string,
  deployment: string,
): Promise<AgentRevision | undefined> {
  try {
    return await loadRevision(run, name, deployment);
  } catch (error) {
    if (error instanceof MaestroError && error.code === "MR2099") return undefined;
    throw error;
  }
}

/**
 * A revision, from a deployment that has it, fit to be played where the run's own is.
 * @throws MaestroError MR2099
 */
export async function loadRevision(
  run: Performance,
  name: string,
  deployment: string | null,
): Promise<AgentRevision> {
  const id = agentOfRevision(name)!;
  const refuse = (why: string) => new MaestroError("MR2099", { agent: id, revision: name, why });
  const { load } = run.shared;
  if (!load || deployment === null) throw refuse("no deployment is kept here with its code");
  const root = await load(deployment).catch((error: unknown) => {
    // A program that plays scores has those that it was given.
    throw error instanceof MaestroError && error.code === "MR2007"
      ? refuse("no deployment is kept here with its code")
      : error;
  });
  // It may be one of a score that the deployment's own plays.
  const found = playablesIn(root).find((one) => {
    const agent = one.plan.agents?.[id];
    return agent !== undefined && toRevision(id, agent, deployment) === name;
  });
  if (!found) throw refuse("its deployment does not have it any more");
  const plan = found.plan.agents![id]!;
  const unfit = whyUnfit(run.playable.plan.agents![id]!, plan);
  if (unfit !== undefined) throw refuse(unfit);
  return { name, plan, code: found.code.agents[plan.code]! };
}

/** What the score gives and reads has to be the same. */
function whyUnfit(own: AgentPlan, other: AgentPlan): string | undefined {
  for (const part of ["input", "output"] as const)
    if (toCanonicalJson(own[part] ?? null) !== toCanonicalJson(other[part] ?? null))
      return `its ${part} has another form than the run's own revision`;
  return undefined;
}

/** Does it take no traffic, where nobody names it? */
function isOut(stage: Stage): boolean {
  return stage === "off" || stage === "shadow" || stage === "dark";
}
