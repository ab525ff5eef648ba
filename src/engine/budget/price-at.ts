import type { PriceRow } from "../../store/ledger.ts";

/**
 * The price that counts at an instant (Unix ms): what somebody has set counts before what the configuration says; of
 * several that count, the one that is valid from the latest day, and of one day the last that was said.
 */
export function priceAt(prices: readonly PriceRow[], at: number): PriceRow | undefined {
  let best: PriceRow | undefined;
  for (const one of prices)
    if (one.goneAt === null && one.validFrom <= at && (!best || isBefore(one, best))) best = one;
  return best;
}

function isBefore(one: PriceRow, other: PriceRow): boolean {
  if (one.layer !== other.layer) return one.layer === "set";
  if (one.validFrom !== other.validFrom) return one.validFrom > other.validFrom;
  if (one.setAt !== other.setAt) return one.setAt > other.setAt;
  return one.id > other.id;
}
