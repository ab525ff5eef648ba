import type { ModelPrice } from "../define-config.ts";

export type Prices = Readonly<Record<string, readonly ModelPrice[]>>;
type Way = readonly (string | number)[];

/** Told of what can be no price; `path` leads to it from all prices. */
export type WrongPrice = (found: unknown, reason: string, path: Way) => void;

const MODEL = /^[^\s/]+\/\S+$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const AMOUNTS = ["input", "output", "cachedInput", "reasoning"] as const;
/** In US dollars for a million tokens; a hundred thousand times what any model costs. */
const MOST_USD = 10_000_000;

/** The prices in what was written, each model's as a list; what is none is told of and left out. */
export function pricesIn(written: unknown, wrong: WrongPrice): Prices {
  if (typeof written !== "object" || written === null || Array.isArray(written)) {
    wrong(written, 'it has to be an object, by "provider/model"', []);
    return {};
  }
  return Object.fromEntries(
    Object.entries(written).flatMap(([model, of]) => {
      if (!MODEL.test(model)) wrong(model, 'a price is that of a "provider/model"', [model]);
      const isList = Array.isArray(of);
      const days = new Set<unknown>();
      const prices = [of as unknown].flat().flatMap((price: unknown, i) => {
        const path = isList ? [model, i] : [model];
        if (!isPrice(price, path, wrong)) return [];
        if (days.has(price.from)) wrong(price.from, "another price counts from that day", [...path, "from"]);
        days.add(price.from);
        return [price];
      });
      return prices.length > 0 ? [[model, prices]] : [];
    }),
  );
}

function isPrice(price: unknown, path: Way, wrong: WrongPrice): price is ModelPrice {
  if (typeof price !== "object" || price === null) {
    wrong(price, "it has to be { input, output }, in US dollars for a million tokens", path);
    return false;
  }
  let isGood = true;
  const tell = (found: unknown, reason: string, key: string) => {
    isGood = false;
    wrong(found, reason, [...path, key]);
  };
  const fields = price as Readonly<Record<string, unknown>>;
  for (const key of AMOUNTS) {
    const usd = fields[key];
    const isOptional = key === "cachedInput" || key === "reasoning";
    if (usd === undefined && isOptional) continue;
    if (typeof usd !== "number" || !(usd >= 0 && usd <= MOST_USD))
      tell(usd, "it has to be a number of US dollars for a million tokens", key);
  }
  const { from, source } = fields;
  if (from !== undefined && !isDay(from)) tell(from, 'it has to be a day, "2026-01-31"', "from");
  if (source !== undefined && typeof source !== "string") tell(source, "it has to be a text", "source");
  return isGood;
}

/** A day of the calendar: `2026-02-30` is none. */
export function isDay(text: unknown): boolean {
  if (typeof text !== "string" || !DAY.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
