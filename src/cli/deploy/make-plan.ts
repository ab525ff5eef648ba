import type { Playable } from "../../engine/index.ts";
import type { OrchestraChange } from "../../operations/deploy-changes.ts";
import type { DeployDraft, DraftDeployment } from "../../operations/deploy-draft.ts";
import { type DeployPlan, planDeploy } from "../../operations/plan-deploy.ts";
import { type AffectedRun, runEffects } from "../../operations/run-effects.ts";
import type { RunRow } from "../../store/store.ts";
import type { Io } from "../io.ts";
import type { Settings } from "../load-workspace.ts";
import { whyNoSecret } from "../secrets/why-no-secret.ts";
import { Stage } from "../stage.ts";
import { lookAt } from "./world.ts";

/** What a deploy of `draft` would do. The code that live runs would be moved to is loaded for that; nothing is written. */
export async function makePlan(
  { io, settings, command }: { readonly io: Io; readonly settings: Settings; readonly command: string },
  draft: DeployDraft,
): Promise<DeployPlan> {
  const stage = await Stage.open({ io, show: { quiet: true }, root: settings.root });
  try {
    return await lookAt({ io, settings, command }, ({ deployed, runs, keeper }) => {
      const playables = new Map<string, Promise<Playable>>();
      const load = (deployment: DraftDeployment) => {
        const known = playables.get(deployment.hash) ?? stage.load(deployment);
        playables.set(deployment.hash, known);
        return known;
      };
      const now = Date.now();
      const tools = { store: keeper, now: () => now };
      const runsOf = async (change: OrchestraChange): Promise<readonly AffectedRun[]> => {
        const own = runs.filter((run) => run.orchestra === change.id && run.parent === null);
        const to = draft.deployments.find(({ hash }) => hash === change.deployment.to);
        // What is destroyed, or plays something else, has nothing that they could be moved to.
        if (!to || change.is === "destroy" || change.is === "replace") return own.map(staying);
        return runEffects(tools, own, () => load(to), to.hash);
      };
      return planDeploy({ draft, deployed, now, runsOf, whyNoSecret: whyNoSecret(io, settings) });
    });
  } finally {
    await stage.close();
  }
}

function staying({ id, status }: RunRow): AffectedRun {
  return {
    id,
    status,
    effect: "must finish on the old one",
    why: ["nothing deployed plays its score for this orchestra any more"],
  };
}
