import { priceAt } from "../engine/index.ts";
import type { PriceRow } from "../store/ledger.ts";
import type { Store } from "../store/store.ts";

/** A price, and whether calls cost that now. */
export interface ListedPrice extends PriceRow {
  readonly isUsed: boolean;
}

/** By model, the newest first; with `all` those that were taken back as well. */
export async function listedPrices(
  store: Pick<Store, "prices">,
  now: number,
  all = false,
): Promise<ListedPrice[]> {
  const prices = await store.prices(all);
  const used = new Set(
    [...Map.groupBy(prices, ({ model }) => model).values()].map((rows) => priceAt(rows, now)?.id),
  );
  return prices.map((price) => ({ ...price, isUsed: used.has(price.id) }));
}
