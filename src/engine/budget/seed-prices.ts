import type { PriceOption, PriceOptions } from "../../players/models/prices.ts";
import type { NewPrice, PriceChange, PriceRow } from "../../store/ledger.ts";
import { newId } from "../../support/ids.ts";

const CONFIG = "config";

/** What has to be written so that the store holds the configuration's prices, and no others of it; `undefined` when it does. */
export function seedPrices(
  options: PriceOptions,
  known: readonly PriceRow[],
  now: number,
): PriceChange | undefined {
  const wanted = Object.entries(options).flatMap(([model, prices]) =>
    [prices].flat().map((price) => toRow(model, price as PriceOption, now)),
  );
  const left = new Map(
    known.filter(({ layer }) => layer === CONFIG).map((row) => [sameness(row), row] as const),
  );
  const add = wanted.filter((row) => !left.delete(sameness(row)));
  const end = [...left.values()].map(({ id }) => ({ id, by: CONFIG, at: now }));
  return add.length + end.length > 0 ? { add, end } : undefined;
}

function toRow(model: string, price: PriceOption, now: number): NewPrice {
  const { input, output, cachedInput = input, reasoning = output, from, source } = price;
  return {
    id: newId("price"),
    model,
    validFrom: from === undefined ? 0 : Date.parse(`${from}T00:00:00Z`),
    ...{ input: toMicro(input), cachedInput: toMicro(cachedInput) },
    ...{ output: toMicro(output), reasoning: toMicro(reasoning) },
    layer: CONFIG,
    source: source ?? null,
    setBy: CONFIG,
    setAt: now,
  };
}

function sameness(row: NewPrice): string {
  const { model, validFrom, input, cachedInput, output, reasoning, source } = row;
  return JSON.stringify([model, validFrom, input, cachedInput, output, reasoning, source]);
}

/** US dollars as micro-USD. */
function toMicro(usd: number): number {
  return Math.round(usd * 1e6);
}
