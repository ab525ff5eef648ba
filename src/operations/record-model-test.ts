import type { Engine } from "../engine/index.ts";
import type { Badge } from "../plan/index.ts";
import type { Noted } from "../players/models/aside-purse.ts";
import type { Store } from "../store/store.ts";

/** A test of a model that has been made. */
export interface ModelTest {
  /** `provider/model`. */
  readonly model: string;
  readonly badge: Badge;
  readonly figures: unknown;
  readonly by: string;
}

interface Tools {
  readonly engine: Engine;
  readonly store: Store;
  readonly now: () => number;
}

/** Writes down what a test has shown: from then on its badge counts, for runs under way as well. */
export async function recordModelTest({ engine, store, now }: Tools, test: ModelTest): Promise<void> {
  const { model, badge, figures, by } = test;
  const row = { model, at: now(), badge, figures: JSON.stringify(figures), who: by };
  // First, so that nobody reads what is just being written, and misses it.
  const register = await engine.shared.register();
  await store.models.addBadge(row);
  register.noteBadge(row);
}

/** Writes down calls of a test, before each is made as the most that it may cost, and afterwards what it has cost less. */
export async function recordTestCalls(
  { store }: Pick<Tools, "store">,
  { model, calls }: { readonly model: string; readonly calls: readonly Noted[] },
): Promise<void> {
  const of = { what: "test", score: "", orchestra: "", agent: "", model } as const;
  await Promise.all(calls.map((one) => store.models.addAside({ ...of, ...one })));
}
