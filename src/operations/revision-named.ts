import { MaestroError } from "../diagnostics/index.ts";
import { type AgentPlan, agentOfRevision, toRevision } from "../plan/index.ts";
import type { AgentDeployment } from "../store/model-store.ts";
import type { Store } from "../store/store.ts";

/** A revision of an agent that is kept, with its code, in the store. */
export interface KeptRevision {
  /** `writer@3f9a01c2d4e5`. */
  readonly name: string;
  readonly agent: string;
  /** As the agent names it. */
  readonly model: string;
  /** The newest deployment that has it, and that one's score. */
  readonly deployment: string;
  readonly score: string;
  /** When the first that has it was kept. */
  readonly since: number;
}

/** Those of an agent, the newest first. */
export function revisionsIn(agent: string, deployments: readonly AgentDeployment[]): readonly KeptRevision[] {
  const found = new Map<string, KeptRevision>();
  for (const { hash, score, createdAt, agent: json } of deployments) {
    const plan = JSON.parse(json) as AgentPlan;
    const name = toRevision(agent, plan, hash);
    const known = found.get(name);
    if (known) found.set(name, { ...known, since: createdAt });
    else found.set(name, { name, agent, model: plan.model, deployment: hash, score, since: createdAt });
  }
  return [...found.values()];
}

/**
 * The revision that a name, or the beginning of one, means.
 * @throws MaestroError MR2101 when there is none, or more than one
 */
export async function revisionNamed(store: Pick<Store, "models">, name: string): Promise<KeptRevision> {
  const agent = agentOfRevision(name)!;
  const known = revisionsIn(agent, await store.models.deploymentsWith(agent));
  const matches = known.filter((one) => one.name.startsWith(name));
  const [only] = matches;
  if (only && matches.length === 1) return only;
  const names = (some: readonly KeptRevision[]) => some.map((one) => one.name);
  throw new MaestroError("MR2101", { name, agent, known: names(known), matches: names(matches) });
}
