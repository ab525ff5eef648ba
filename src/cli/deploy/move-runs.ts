import { MaestroError } from "../../diagnostics/index.ts";
import type { DeployDraft } from "../../operations/deploy-draft.ts";
import { migrateRun } from "../../operations/migrate-run.ts";
import type { DeployPlan } from "../../operations/plan-deploy.ts";
import { toReason } from "../../support/to-reason.ts";
import { atStore } from "../at-store.ts";
import type { Io } from "../io.ts";
import type { Settings } from "../load-workspace.ts";
import { Stage } from "../stage.ts";

/** What became of the runs that were to be moved. */
export interface RunsMoved {
  readonly moved: readonly string[];
  readonly stayed: readonly { readonly run: string; readonly why: string }[];
}

interface Moving {
  readonly io: Io;
  readonly settings: Settings;
  readonly command: string;
  readonly by: string;
}

/** Lets the runs at rest go on with what has been deployed, each by itself: one that cannot stays as it is. */
export async function moveRuns(
  { io, settings, command, by }: Moving,
  { orchestras }: DeployPlan,
  draft: DeployDraft,
): Promise<RunsMoved> {
  const stage = await Stage.open({ io, show: { quiet: true }, root: settings.root });
  const moved: string[] = [];
  const stayed: { run: string; why: string }[] = [];
  const move = async (run: string, hash: string) => {
    const deployment = draft.deployments.find((one) => one.hash === hash)!;
    await atStore(io, settings, {
      command,
      there: (ask) => ask({ op: "migrate", run, revision: { is: "stored", hash }, by, isMeant: true }),
      here: async ({ engine, store, clock }) => {
        const row = await store.run(run);
        const tools = { engine, store, now: clock.now };
        if (row) await migrateRun(tools, { row, playable: await stage.load(deployment), by });
        return { result: undefined };
      },
    });
  };
  try {
    for (const { deployment, runs } of orchestras)
      for (const { id, effect, why } of runs) {
        if (effect === "same" || deployment.to === undefined) continue;
        if (effect === "must finish on the old one") stayed.push({ run: id, why: why[0] ?? effect });
        else
          await move(id, deployment.to).then(
            () => moved.push(id),
            (error: unknown) => {
              if (!(error instanceof MaestroError)) throw error;
              stayed.push({ run: id, why: toReason(error) });
            },
          );
      }
  } finally {
    await stage.close();
  }
  return { moved, stayed };
}
