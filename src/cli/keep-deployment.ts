import type { Playable } from "../engine/index.ts";
import { innerAgents } from "../operations/inner-agents.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../support/clock.ts";
import type { KeptDeployment } from "./load-code.ts";
import { readCode } from "./load-workspace.ts";

/**
 * A run keeps its code: the store has it before the run begins.
 * @param playable the deployment, made ready
 */
export async function keepDeployment(
  { deployment, playable }: { readonly deployment: KeptDeployment; readonly playable: Playable },
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): Promise<void> {
  const { hash, plan } = deployment;
  if (await store.hasDeployment(hash)) return;
  const { score } = playable.plan;
  const [code, agents] = [readCode(deployment), innerAgents(playable)];
  await store.saveDeployment({ hash, score, plan, code, createdAt: clock.now(), agents });
}
