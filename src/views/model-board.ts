import { priceAt } from "../engine/index.ts";
import type { Badge } from "../plan/index.ts";
import type { ModelStore } from "../store/model-store.ts";
import type { Store } from "../store/store.ts";

/** A model, and what is known of it. */
export interface ListedModel {
  /** `provider/model`. */
  readonly model: string;
  /** What its last test has shown; `null` when there was none. */
  readonly badge: {
    readonly badge: Badge;
    readonly at: number;
    readonly who: string;
    readonly isExpired: boolean;
    readonly figures: unknown;
  } | null;
  /** In whole micro-USD for a million tokens; `null` when nobody has said it. */
  readonly price: {
    readonly id: string;
    readonly input: number;
    readonly cachedInput: number;
    readonly output: number;
    readonly reasoning: number;
  } | null;
  /** Of its last 200 calls in runs: how many there were, and how many brought no answer. */
  readonly calls: number;
  readonly failed: number;
  /** Of those that did. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

interface Asked {
  readonly names: readonly string[];
  readonly now: number;
  /** A badge that is older counts as none. */
  readonly maxAgeMs: number;
}

/** The models of these names, in their order, and then those that were tested under another one. */
export async function modelBoard(
  store: Pick<Store, "prices" | "modelHistory"> & { readonly models: ModelStore },
  { names, now, maxAgeMs }: Asked,
): Promise<ListedModel[]> {
  const badges = new Map((await store.models.badges()).map((row) => [row.model, row]));
  const models = [...new Set([...names, ...badges.keys()])];
  const prices = Map.groupBy(await store.prices(), ({ model }) => model);
  const history = await store.modelHistory({ agent: "", models });
  const calls = new Map(history.calls.map((one) => [one.model, one]));
  return models.map((model) => {
    const row = badges.get(model);
    const { failed, durationsMs } = calls.get(model) ?? { failed: 0, durationsMs: [] };
    return {
      model,
      badge: row
        ? {
            badge: row.badge,
            at: row.at,
            who: row.who,
            isExpired: now - row.at > maxAgeMs,
            figures: JSON.parse(row.figures) as unknown,
          }
        : null,
      price: toPrice(priceAt(prices.get(model) ?? [], now)),
      calls: failed + durationsMs.length,
      failed,
      p50Ms: quantile(durationsMs, 0.5),
      p95Ms: quantile(durationsMs, 0.95),
    };
  });
}

function toPrice(row: ReturnType<typeof priceAt>): ListedModel["price"] {
  if (!row) return null;
  const { id, input, cachedInput, output, reasoning } = row;
  return { id, input, cachedInput, output, reasoning };
}

/** The nearest rank. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
