import type { Plan } from "../../plan/index.ts";
import { parseStored } from "../../store/parse-stored.ts";
import type { RunRow, Store } from "../../store/store.ts";
import type { OfOrchestra } from "../beginnings.ts";
import type { Shared } from "../performance.ts";
import { playableIn } from "../playable-in.ts";
import type { RunBudget } from "./limits-of.ts";

/** Who pays for what a run asks models. */
export interface Paying {
  /** The orchestra that the outermost run is of. */
  readonly orchestra: string | null;
  /** The outermost run's id; known where there is an orchestra. */
  readonly whole?: string;
  /** What may be spent on it and on the runs that it is part of, the outermost first. */
  readonly budgets: readonly RunBudget[];
}

const NOBODY: Paying = { orchestra: null, budgets: [] };

/** What a run that no other one plays has from outside. */
export function payingFor(of: OfOrchestra | undefined, shared: Shared) {
  return { above: [], shared, paying: of ? { orchestra: of.orchestra, budgets: [] } : NOBODY };
}

/** With what the run itself may cost. */
export function withOwn(above: Paying, run: string, { score, budget }: Plan): Paying {
  const paying = above.orchestra !== null && above.whole === undefined ? { ...above, whole: run } : above;
  return budget ? { ...paying, budgets: [...paying.budgets, { run, score, ...budget }] } : paying;
}

/**
 * Of a run that is gone on with from the store. When it is part of others, each of them pays as well: what the outermost may cost is
 * in its plan, what those between may is in the code of that one alone, which is loaded for it.
 * @param above the runs that it is part of, the outermost first
 */
export async function payingAgain(
  { store, load }: { readonly store: Pick<Store, "deployment">; readonly load: Shared["load"] },
  { orchestra }: RunRow,
  above: readonly RunRow[],
): Promise<Paying> {
  const [whole, ...between] = above;
  if (!whole) return orchestra === null ? NOBODY : { orchestra, budgets: [] };
  const kept = await store.deployment(whole.deployment);
  const plan = kept && (parseStored(kept.plan, `deployment ${kept.hash}`) as Plan);
  let paying: Paying = { orchestra: whole.orchestra, whole: whole.id, budgets: [] };
  if (plan) paying = withOwn(paying, whole.id, plan);
  if (between.length === 0 || !load) return paying;
  const root = await load(whole.deployment);
  for (const { id, score } of between) {
    const played = playableIn(root, score);
    if (played) paying = withOwn(paying, id, played.plan);
  }
  return paying;
}
