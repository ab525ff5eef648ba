import { nextTimes } from "../compile/cron-times.ts";
import { effectiveOrchestra, type OrchestraPlan, type SecretSource } from "../plan/index.ts";
import type { OverrideRow } from "../store/orchestra-store.ts";
import { type Deployed, deployChanges, type OrchestraChange, stateHash } from "./deploy-changes.ts";
import type { DeployDraft } from "./deploy-draft.ts";
import type { AffectedRun } from "./run-effects.ts";

const INSTANTS = 3;

/** Everything that a deploy would do, for people to look at. Nothing is written while it is made. */
export interface DeployPlan {
  /** The state it was made over: a deploy writes over no other. */
  readonly over: string;
  /** By id; those that stay as they are among them. */
  readonly orchestras: readonly PlannedOrchestra[];
}

export interface PlannedOrchestra extends OrchestraChange {
  /** The instants at which it is due next, as it is played now and afterwards; whether or not it is enabled. */
  readonly instants: { readonly before: readonly number[]; readonly after: readonly number[] };
  readonly isEnabled: boolean;
  readonly isPaused: boolean;
  readonly runs: readonly AffectedRun[];
  readonly secrets: readonly SecretState[];
}

/** Whether a secret could be opened where the plan was made. Its value is nowhere in here. */
export interface SecretState {
  readonly secret: string;
  readonly source: SecretSource;
  /** Why it could not. Absent: it is there. */
  readonly problem?: string;
}

export interface Planning {
  readonly draft: DeployDraft;
  readonly deployed: Deployed;
  readonly now: number;
  /** Are runs to be moved? Then those of what stays as it is are looked at, too. */
  readonly isMoving?: boolean;
  /** The runs that have not ended, of one that is changed, and what becomes of each. */
  readonly runsOf: (change: OrchestraChange) => Promise<readonly AffectedRun[]>;
  /** Why a secret cannot be opened, if it cannot. */
  readonly whyNoSecret: (source: SecretSource) => Promise<string | undefined>;
}

/** Compares what the files want with what is deployed, and says of each orchestra what that means. */
export async function planDeploy(planning: Planning): Promise<DeployPlan> {
  const { draft, deployed } = planning;
  const orchestras: PlannedOrchestra[] = [];
  for (const change of deployChanges(draft, deployed)) orchestras.push(await planOne(change, planning));
  return { over: stateHash(deployed), orchestras };
}

async function planOne(change: OrchestraChange, planning: Planning): Promise<PlannedOrchestra> {
  const { before, after, overrides } = change;
  const { isEnabled, isPaused } = effectiveOrchestra(after ?? before!, overrides);
  // Of one that goes, what was decided counts until then.
  const { id } = change;
  const decided = planning.deployed.overrides.filter(({ orchestra }) => orchestra === id);
  return {
    ...change,
    instants: {
      before: instantsOf(before, decided, planning.now),
      after: instantsOf(after, overrides, planning.now),
    },
    isEnabled,
    isPaused,
    runs: isLookedAt(change, planning) ? await planning.runsOf(change) : [],
    secrets: await secretStates(after, planning.whyNoSecret),
  };
}

function isLookedAt({ is }: OrchestraChange, { isMoving = false }: Planning): boolean {
  return is === "same" ? isMoving : is !== "create";
}

function instantsOf(
  plan: OrchestraPlan | undefined,
  overrides: readonly OverrideRow[],
  now: number,
): readonly number[] {
  const schedule = plan && effectiveOrchestra(plan, overrides).plan.schedule;
  return schedule ? nextTimes(schedule, now, INSTANTS) : [];
}

async function secretStates(
  plan: OrchestraPlan | undefined,
  whyNoSecret: Planning["whyNoSecret"],
): Promise<SecretState[]> {
  const states: SecretState[] = [];
  for (const [secret, source] of Object.entries(plan?.secrets ?? {})) {
    const problem = await whyNoSecret(source);
    states.push({ secret, source, ...(problem === undefined ? {} : { problem }) });
  }
  return states;
}
