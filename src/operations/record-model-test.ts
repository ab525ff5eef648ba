import type { Engine } from "../engine/index.ts";
import type { Badge } from "../plan/index.ts";
import type { AsideRow } from "../store/model-store.ts";
import type { Store } from "../store/store.ts";

/** What calls came to that are no part of a run. */
export type Spent = Omit<AsideRow, "at" | "what" | "score" | "orchestra" | "agent" | "model">;

/** A test of a model that has been made. */
export interface ModelTest {
  /** `provider/model`. */
  readonly model: string;
  /** Absent of one that was broken off: then only what it has cost is kept. */
  readonly shown?: { readonly badge: Badge; readonly figures: unknown };
  readonly spent: Spent;
  readonly by: string;
}

interface Tools {
  readonly engine: Engine;
  readonly store: Store;
  readonly now: () => number;
}

/** Writes down what a test has shown and cost: from then on its badge counts, for runs under way as well. */
export async function recordModelTest({ engine, store, now }: Tools, test: ModelTest): Promise<void> {
  const { model, shown, spent, by } = test;
  const at = now();
  const aside = { at, what: "test" as const, score: "", orchestra: "", agent: "", model, ...spent };
  if (!shown) return store.models.addAside(aside);
  const row = { model, at, badge: shown.badge, figures: JSON.stringify(shown.figures), who: by };
  // First, so that nobody reads what is just being written, and misses it.
  const register = await engine.shared.register();
  await store.models.addBadge(row, aside);
  register.noteBadge(row);
}
