import type { ModelHistory } from "../../store/model-history.ts";
import type { Suggestion } from "./suggestion.ts";

const LEAST_VALUES = 20;
/** A model that passes so much less often is not as good. */
const WORSE = 0.02;
/** Nor is it worth a change when it costs nearly as much. */
const CHEAPER = 0.8;

/** An agent whose first model costs more than another that gates have let pass as often. */
export function suggestForAgent(
  {
    agent,
    models,
    priceOf,
  }: {
    readonly agent: string;
    /** As they are asked, each `provider/model`: the first one is asked first. */
    readonly models: readonly { readonly name: string; readonly full: string }[];
    /** Of a million tokens in and out. */
    readonly priceOf: (model: string) => number | undefined;
  },
  { values }: ModelHistory,
): Suggestion | undefined {
  const [first, ...others] = models.flatMap(({ name, full }) => {
    const seen = values.find(({ model }) => model === full);
    const price = priceOf(full);
    return seen && price !== undefined && seen.judged >= LEAST_VALUES
      ? [{ name, full, price, rate: seen.passed / seen.judged, ...seen }]
      : [];
  });
  if (!first || first.full !== models[0]!.full) return undefined;
  const [best] = others
    .filter(({ price, rate }) => price <= first.price * CHEAPER && rate >= first.rate - WORSE)
    .sort((a, b) => a.price - b.price);
  if (!best) return undefined;
  return {
    rule: "cheaper-model",
    about: { agent },
    says: `gates let ${best.passed} of ${best.judged} values of ${best.name} pass and ${first.passed} of ${first.judged} of ${first.name}, which costs ${(first.price / Math.max(best.price, 1)).toFixed(1)} times as much`,
    n: best.judged + first.judged,
    option: ["model"],
    change: { from: JSON.stringify(first.name), to: JSON.stringify(best.name) },
  };
}
