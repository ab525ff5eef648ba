import type { Plan } from "../plan/index.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../support/clock.ts";
import type { KeptDeployment } from "./load-code.ts";
import { readCode } from "./load-workspace.ts";

/** A run keeps its code: the store has it before the run begins. */
export async function keepDeployment(
  deployment: KeptDeployment,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): Promise<void> {
  const { hash, plan } = deployment;
  if (await store.hasDeployment(hash)) return;
  const { score } = JSON.parse(plan) as Plan;
  await store.saveDeployment({ hash, score, plan, code: readCode(deployment), createdAt: clock.now() });
}
