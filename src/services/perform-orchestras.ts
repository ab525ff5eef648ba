import type { Engine, Playable } from "../engine/index.ts";
import { applyDeploy, type DeployDone, readDeployed } from "../operations/apply-deploy.ts";
import type { Deployed } from "../operations/deploy-changes.ts";
import { type Decided, overrideOrchestra } from "../operations/override-orchestra.ts";
import { playOrchestra } from "../operations/play-orchestra.ts";
import { readDraft } from "../operations/read-draft.ts";
import { findOrchestra } from "../store/find-orchestra.ts";
import type { RunRow, StepRow, Store } from "../store/store.ts";
import {
  type ListedOrchestra,
  type OrchestraDetail,
  orchestraBoard,
  orchestraDetail,
} from "../views/orchestra-board.ts";
import type { Host } from "./orchestrator/host.ts";

/** What may be asked about orchestras of the owner of a store. */
export type OrchestraRequest =
  /** All that a deploy is compared with. */
  | { readonly op: "deployed" }
  | { readonly op: "steps"; readonly run: string }
  | { readonly op: "runRow"; readonly run: string }
  | { readonly op: "deploymentPlan"; readonly hash: string }
  /** `draft`: path of a file. */
  | { readonly op: "deploy"; readonly draft: string; readonly over: string; readonly by: string }
  | { readonly op: "orchestras" }
  | { readonly op: "orchestra"; readonly id: string }
  | {
      readonly op: "override";
      readonly id: string;
      readonly decided: Decided;
      readonly by: string;
      readonly why?: string;
    }
  /** Begins a run; only who plays whatever can go on does so for others. */
  | {
      readonly op: "playOrchestra";
      readonly id: string;
      /** What the run is called: who hears no answer asks again, and begins no second one. */
      readonly run: string;
      readonly by: string;
    };

/** What each operation gives; `null` when there is none. */
export interface OrchestraResults {
  readonly deployed: Deployed & { readonly runs: readonly RunRow[] };
  readonly steps: readonly StepRow[];
  readonly runRow: RunRow | null;
  readonly deploymentPlan: { readonly hash: string; readonly plan: string } | null;
  readonly deploy: DeployDone;
  readonly orchestras: readonly ListedOrchestra[];
  readonly orchestra: OrchestraDetail;
  readonly override: OrchestraDetail;
  readonly playOrchestra: { readonly run: string } | null;
}

interface Owning {
  readonly store: Store;
  readonly engine: Engine;
  readonly clock: { readonly now: () => number };
  readonly playableOf: (row: Pick<RunRow, "id" | "score" | "deployment">) => Promise<Playable>;
  readonly isHost: boolean;
  /** Begins runs for those who follow them. */
  readonly host?: Pick<Host, "begin"> | undefined;
}

/** Does what is asked; of a deploy only what its file says. */
export async function performOrchestras(
  owning: Owning,
  request: OrchestraRequest,
): Promise<OrchestraResults[OrchestraRequest["op"]]> {
  const { store, clock } = owning;
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
    case "orchestras":
      return orchestraBoard(store, clock.now());
    case "orchestra":
      return show(store, request.id, clock.now());
    case "override": {
      const { id, decided, by, why } = request;
      await overrideOrchestra({ store, now: clock.now }, { id, decided, by, why, origin: "cli" });
      return show(store, id, clock.now());
    }
    case "playOrchestra": {
      const { engine, playableOf, host } = owning;
      const { run, by } = request;
      const row = await findOrchestra(store, request.id);
      if (!host) return null;
      const playable = await playableOf(row);
      const begun = host.begin({ run, score: row.score }, () =>
        playOrchestra(engine, { row, playable, run, by, origin: "cli" }),
      );
      return (await begun) ?? null;
    }
    default:
      return request satisfies never;
  }
}

/** What is destroyed can be looked at. */
async function show(store: Store, id: string, now: number): Promise<OrchestraDetail> {
  const row = (await store.orchestras.find(id)) ?? (await findOrchestra(store, id));
  return orchestraDetail(store, row, now);
}
