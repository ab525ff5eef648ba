import type { Plan } from "../plan/index.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { Deployment, RunRow } from "../store/store.ts";

/** Who has the plans of deployments. */
export interface PlanKeeper {
  deployment(hash: string): Promise<Pick<Deployment, "hash" | "plan"> | undefined>;
}

/** The plan that made what a run holds; `undefined` when it is part of another run, whose deployment it has. */
export async function planOf(row: RunRow, store: PlanKeeper): Promise<Plan | undefined> {
  const kept = await store.deployment(row.deployment);
  const plan = kept && (parseStored(kept.plan, `deployment ${kept.hash}`) as Plan);
  return plan?.score === row.score ? plan : undefined;
}
