import type { Plan } from "../plan/index.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { RunRow, Store } from "../store/store.ts";

/** The plan that made what a run holds; `undefined` when it is part of another run, whose deployment it has. */
export async function planOf(row: RunRow, store: Store): Promise<Plan | undefined> {
  const kept = await store.deployment(row.deployment);
  const plan = kept && (parseStored(kept.plan, `deployment ${kept.hash}`) as Plan);
  return plan?.score === row.score ? plan : undefined;
}
