import type { ModelPrice } from "../define/define-config.ts";
import { pricesIn } from "../define/write/prices.ts";
import type { Outside } from "../engine/index.ts";

/**
 * Prices that a program gives.
 * @throws TypeError for what is no price
 */
export function checkedPrices(prices: Readonly<Record<string, ModelPrice | readonly ModelPrice[]>> = {}) {
  return pricesIn(prices, (found, reason, path) => {
    throw new TypeError(`prices: ${path.join(".")} is ${JSON.stringify(found)}: ${reason}`);
  });
}

/**
 * What a program lets all runs of a day cost.
 * @throws TypeError for what is no amount
 */
export function checkedBudget({
  perDayUsd,
}: {
  readonly perDayUsd?: number;
} = {}): NonNullable<Outside["budget"]> {
  if (perDayUsd === undefined) return {};
  if (typeof perDayUsd === "number" && perDayUsd > 0 && perDayUsd <= 1_000_000)
    return { perDayMicroUsd: Math.round(perDayUsd * 1e6) };
  throw new TypeError(`budget.perDayUsd is ${perDayUsd}: it has to be an amount above 0`);
}
