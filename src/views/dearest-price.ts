import type { Knowing } from "./forecast-call.ts";
import type { ListedPrice } from "./prices.ts";

/** The dearest that counts now or will: a price of next month is no surprise then. */
export function toDearest(listed: readonly ListedPrice[], now: number): Knowing["priceOf"] {
  const prices = Map.groupBy(listed, ({ model }) => model);
  return (model) => {
    const known = (prices.get(model) ?? []).filter(({ isUsed, validFrom }) => isUsed || validFrom > now);
    if (known.length === 0) return undefined;
    const [input, output] = [
      known.flatMap((one) => [one.input, one.cachedInput]),
      known.flatMap((one) => [one.output, one.reasoning]),
    ];
    return { input: Math.max(...input), output: Math.max(...output) };
  };
}
