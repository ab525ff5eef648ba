import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { House } from "../../house.ts";
import { applyDeploy, type DeployDone, readDeployed } from "../../operations/apply-deploy.ts";
import type { Deployed } from "../../operations/deploy-changes.ts";
import type { DeployDraft } from "../../operations/deploy-draft.ts";
import type { RunKeeper } from "../../operations/plan-migration.ts";
import { performRequest } from "../../services/perform-request.ts";
import type { RunRow } from "../../store/store.ts";
import { type Ask, atStore, ownedBy } from "../at-store.ts";
import type { Io } from "../io.ts";
import type { Settings } from "../load-workspace.ts";

/** What a deploy is compared with, whoever owns the store. */
export interface DeployWorld {
  readonly deployed: Deployed;
  /** Every run that has not ended. */
  readonly runs: readonly RunRow[];
  readonly keeper: RunKeeper;
  /** What else is to be known of the store; undefined when its owner has gone. */
  readonly ask: Ask;
}

interface Acting {
  readonly io: Io;
  readonly settings: Settings;
  /** What this process does, for people who wait for it. */
  readonly command: string;
}

/** Looks at what is deployed. */
export function lookAt<T>(
  { io, settings, command }: Acting,
  look: (world: DeployWorld) => Promise<T>,
): Promise<T> {
  return atStore(io, settings, {
    command,
    there: async (ask) => {
      const answer = await ask({ op: "deployed" });
      if (!answer) return undefined;
      const { runs, ...deployed } = answer.result;
      return look({ deployed, runs, keeper: keeperOf(ask), ask });
    },
    here: async (house) => {
      const { store } = house;
      const owned = ownedBy(house, settings);
      return look({
        deployed: await readDeployed(store),
        runs: await store.unfinishedRuns(),
        keeper: store,
        ask: async (request) => ({ result: await performRequest(owned, request) }),
      });
    },
  });
}

/** The owner's rows; one that has gone away in between has none of them any more. */
export function keeperOf(ask: Ask): RunKeeper {
  return {
    run: async (run) => (await ask({ op: "runRow", run }))?.result ?? undefined,
    stepsOf: async (run) => [...((await ask({ op: "steps", run }))?.result ?? [])],
    deployment: async (hash) => (await ask({ op: "deploymentPlan", hash }))?.result ?? undefined,
  };
}

/** Deploys over the state that was shown. */
export function deployAt(
  { io, settings, command }: Acting,
  { draft, over, by }: { readonly draft: DeployDraft; readonly over: string; readonly by: string },
): Promise<DeployDone> {
  return atStore(io, settings, {
    command,
    there: async (ask) => {
      const file = writeDraft(settings.root, draft, io.pid);
      try {
        return (await ask({ op: "deploy", draft: file, over, by }))?.result;
      } finally {
        rmSync(file, { force: true });
      }
    },
    here: ({ store, clock }: House) =>
      applyDeploy({ store, now: clock.now }, { draft, over, by, origin: "cli" }),
  });
}

function writeDraft(root: string, draft: DeployDraft, pid: number): string {
  const folder = join(root, ".maestro/drafts");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${pid}.json`);
  writeFileSync(file, JSON.stringify(draft), { mode: 0o600 });
  return file;
}
