import { isDay } from "../define/write/prices.ts";
import { MaestroError } from "../diagnostics/index.ts";
import type { Engine } from "../engine/index.ts";
import type { Store } from "../store/store.ts";
import { newId } from "../support/ids.ts";

/** A price as somebody says it, in US dollars for a million tokens. */
export interface SaidPrice {
  /** `provider/model`. */
  readonly model: string;
  readonly input: number;
  readonly output: number;
  /** Absent: as `input`. */
  readonly cachedInput?: number | undefined;
  /** Absent: as `output`. */
  readonly reasoning?: number | undefined;
  /** The first day, in UTC; absent: it has always counted. */
  readonly from?: string | undefined;
  /** Where the figures are from. */
  readonly source?: string | undefined;
  readonly by: string;
}

interface Tools {
  readonly engine: Engine;
  readonly store: Store;
  readonly now: () => number;
}

const MODEL = /^[^\s/]+\/\S+$/;
const MOST_USD = 10_000_000;

/**
 * Says what a model costs, whatever the configuration says; calls that begin from now on cost that, and what has been
 * written down stays. Of one day the last word counts.
 * @throws MaestroError MR2044 for what is no price
 */
export async function setPrice({ engine, store, now }: Tools, said: SaidPrice): Promise<void> {
  const { model, input, output, cachedInput = input, reasoning = output, from, source, by } = said;
  const wrong = (what: string, found: unknown, wanted: string): never => {
    throw new MaestroError("MR2044", { model, what, found: String(found), wanted });
  };
  if (!MODEL.test(model)) wrong("the model", model, 'it is named "provider/model"');
  for (const [what, usd] of Object.entries({ input, output, cachedInput, reasoning }))
    if (!(usd >= 0 && usd <= MOST_USD))
      wrong(what, usd, "it has to be a number of US dollars for a million tokens");
  if (from !== undefined && !isDay(from)) wrong("from", from, "it has to be a day such as 2026-01-31");
  const validFrom = from === undefined ? 0 : Date.parse(`${from}T00:00:00Z`);
  const setAt = now();
  const treasury = await engine.shared.treasury();
  const before = (await store.prices()).filter(
    (one) => one.layer === "set" && one.model === model && one.validFrom === validFrom,
  );
  const amounts = { input, cachedInput, output, reasoning };
  await treasury.changePrices({
    add: [
      {
        id: newId("price"),
        model,
        validFrom,
        ...(Object.fromEntries(
          Object.entries(amounts).map(([key, usd]) => [key, Math.round(usd * 1e6)]),
        ) as typeof amounts),
        layer: "set",
        source: source ?? null,
        setBy: by,
        setAt,
      },
    ],
    end: before.map(({ id }) => ({ id, by, at: setAt })),
  });
}

/**
 * Takes back what people have said of a model's price, of one day or at all: the configuration's counts again. Gives how
 * many prices were taken back.
 * @throws MaestroError MR2045 when nobody has said any
 */
export async function unsetPrice(
  { engine, store, now }: Tools,
  { model, from, by }: Pick<SaidPrice, "model" | "from" | "by">,
): Promise<number> {
  const treasury = await engine.shared.treasury();
  const prices = await store.prices();
  const validFrom = from === undefined ? undefined : Date.parse(`${from}T00:00:00Z`);
  const gone = prices.filter(
    (one) =>
      one.layer === "set" && one.model === model && (validFrom === undefined || one.validFrom === validFrom),
  );
  if (gone.length === 0) {
    const known = [...new Set(prices.filter(({ layer }) => layer === "set").map((one) => one.model))];
    const isConfigured = prices.some((one) => one.model === model && one.layer === "config");
    throw new MaestroError("MR2045", { model, from, known, isConfigured });
  }
  const at = now();
  await treasury.changePrices({ add: [], end: gone.map(({ id }) => ({ id, by, at })) });
  return gone.length;
}
