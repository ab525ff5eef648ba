import type { CostGroup, CostSum, Store } from "../store/store.ts";

/** What models have cost since an instant, by what, and all together. */
export interface Costs {
  readonly by: CostGroup;
  /** Unix ms. */
  readonly since: number;
  readonly groups: readonly CostSum[];
  readonly total: Omit<CostSum, "name">;
}

/** Of calls whose price nobody has said, the tokens count and the cost does not. */
export async function costs(store: Store, by: CostGroup, since: number): Promise<Costs> {
  const groups = await store.costsBy({ by, since });
  const sum = (of: (group: CostSum) => number) => groups.reduce((total, group) => total + of(group), 0);
  return {
    by,
    since,
    groups,
    total: {
      calls: sum(({ calls }) => calls),
      inputTokens: sum(({ inputTokens }) => inputTokens),
      outputTokens: sum(({ outputTokens }) => outputTokens),
      microUsd: sum(({ microUsd }) => microUsd),
      unpriced: sum(({ unpriced }) => unpriced),
      failed: sum(({ failed }) => failed),
    },
  };
}
