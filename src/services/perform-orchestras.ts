import { applyDeploy, type DeployDone, readDeployed } from "../operations/apply-deploy.ts";
import type { Deployed } from "../operations/deploy-changes.ts";
import { readDraft } from "../operations/read-draft.ts";
import type { RunRow, StepRow, Store } from "../store/store.ts";

/** What may be asked about orchestras of the owner of a store. */
export type OrchestraRequest =
  /** All that a deploy is compared with. */
  | { readonly op: "deployed" }
  | { readonly op: "steps"; readonly run: string }
  | { readonly op: "runRow"; readonly run: string }
  | { readonly op: "deploymentPlan"; readonly hash: string }
  /** `draft`: path of a file. */
  | { readonly op: "deploy"; readonly draft: string; readonly over: string; readonly by: string };

/** What each operation gives; `null` when there is none. */
export interface OrchestraResults {
  readonly deployed: Deployed & { readonly runs: readonly RunRow[] };
  readonly steps: readonly StepRow[];
  readonly runRow: RunRow | null;
  readonly deploymentPlan: { readonly hash: string; readonly plan: string } | null;
  readonly deploy: DeployDone;
}

interface Owning {
  readonly store: Store;
  readonly clock: { readonly now: () => number };
}

/** Does what is asked; of a deploy only what its file says. */
export async function performOrchestras(
  { store, clock }: Owning,
  request: OrchestraRequest,
): Promise<OrchestraResults[OrchestraRequest["op"]]> {
  switch (request.op) {
    case "deployed":
      return { ...(await readDeployed(store)), runs: await store.unfinishedRuns() };
    case "steps":
      return store.stepsOf(request.run);
    case "runRow":
      return (await store.run(request.run)) ?? null;
    case "deploymentPlan": {
      const kept = await store.deployment(request.hash);
      return kept ? { hash: kept.hash, plan: kept.plan } : null;
    }
    case "deploy": {
      const { over, by } = request;
      const deploying = { draft: readDraft(request.draft), over, by, origin: "cli" };
      return applyDeploy({ store, now: clock.now }, deploying);
    }
    default:
      return request satisfies never;
  }
}
