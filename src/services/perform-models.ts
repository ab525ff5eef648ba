import type { Engine } from "../engine/index.ts";
import { type ModelTest, recordModelTest } from "../operations/record-model-test.ts";
import { BADGE_AGE_MS } from "../plan/index.ts";
import type { Store } from "../store/store.ts";
import { type ListedModel, modelBoard } from "../views/model-board.ts";

/** What may be asked about models. */
export type ModelRequest =
  /** What is known of these, and of all that were tested. */
  { readonly op: "models"; readonly names: readonly string[] } | ({ readonly op: "modelTest" } & ModelTest);

export interface ModelResults {
  readonly models: readonly ListedModel[];
  readonly modelTest: Readonly<Record<string, never>>;
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
    default:
      return request satisfies never;
  }
}
