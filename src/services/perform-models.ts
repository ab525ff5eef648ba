import type { Engine } from "../engine/index.ts";
import { flagModel, type SaidFlag } from "../operations/flag-model.ts";
import { type ModelTest, recordModelTest, recordTestCalls } from "../operations/record-model-test.ts";
import { type KeptRevision, revisionsIn } from "../operations/revision-named.ts";
import { BADGE_AGE_MS, type ModelFlag, type Stage } from "../plan/index.ts";
import type { Noted } from "../players/models/aside-purse.ts";
import type { Store } from "../store/store.ts";
import { type ListedModel, modelBoard } from "../views/model-board.ts";
import { listedFlags, type ModelComparisons, modelComparisons } from "../views/model-comparisons.ts";

/** What may be asked about models. */
export type ModelRequest =
  /** What is known of these, and of all that were tested. */
  | { readonly op: "models"; readonly names: readonly string[] }
  | ({ readonly op: "modelTest" } & ModelTest)
  /** What its calls may cost, and have. */
  | { readonly op: "testCalls"; readonly model: string; readonly calls: readonly Noted[] }
  | { readonly op: "modelFlags" }
  /** Revisions of an agent that are kept. */
  | { readonly op: "agentRevisions"; readonly agent: string }
  | ({ readonly op: "flagModel" } & Omit<SaidFlag, "origin">)
  /** What shadows of a model did, the last ones. */
  | { readonly op: "compareModel"; readonly model: string; readonly limit: number };

export interface ModelResults {
  readonly models: readonly ListedModel[];
  readonly modelTest: Readonly<Record<string, never>>;
  readonly testCalls: Readonly<Record<string, never>>;
  readonly modelFlags: readonly ModelFlag[];
  readonly agentRevisions: readonly (KeptRevision & { readonly stage: Stage | null })[];
  /** `null` when it was taken back. */
  readonly flagModel: ModelFlag | null;
  readonly compareModel: ModelComparisons;
}

interface Owning {
  readonly engine: Engine;
  readonly store: Store;
  readonly clock: { readonly now: () => number };
}

export async function performModels(
  { engine, store, clock: { now } }: Owning,
  request: ModelRequest,
): Promise<ModelResults[ModelRequest["op"]]> {
  switch (request.op) {
    case "models": {
      // It has written down what the configuration says that models cost.
      await engine.shared.treasury();
      const { maxAgeMs = BADGE_AGE_MS } = engine.outside.models.production ?? {};
      return modelBoard(store, { names: request.names, now: now(), maxAgeMs });
    }
    case "modelTest":
      await recordModelTest({ engine, store, now }, request);
      return {};
    case "testCalls":
      await recordTestCalls({ store }, request);
      return {};
    case "modelFlags":
      return listedFlags(store.models);
    case "agentRevisions": {
      const { agent } = request;
      const register = await engine.shared.register();
      return revisionsIn(agent, await store.models.deploymentsWith(agent)).map((one) => ({
        ...one,
        stage: register.flagOf(one.name)?.stage ?? null,
      }));
    }
    case "flagModel":
      return flagModel({ engine, store, now }, { ...request, origin: "cli" });
    case "compareModel":
      return modelComparisons(store.models, request);
    default:
      return request satisfies never;
  }
}
