import type { Connection, Row, Value } from "./connection.ts";
import { insertion, RANK, single } from "./insertion.ts";
import type { NewPrice, PriceChange, PriceRow } from "./ledger.ts";
import { texts, textsOf } from "./texts.ts";
import type { QueuedRow } from "./write-queue.ts";

export const insertPrice = insertion(
  RANK.price,
  "prices (id, model, valid_from, input, cached_input, output, reasoning, layer, source, set_by, set_at)",
  11,
  "ON CONFLICT DO NOTHING",
);

function priceArgs(row: NewPrice): Value[] {
  const { id, model, validFrom, input, cachedInput, output, reasoning, layer, source, setBy, setAt } = row;
  return [id, model, validFrom, input, cachedInput, output, reasoning, layer, source, setBy, setAt];
}

/** It is taken back once; calls go on naming it. */
export const endPrice = single(
  RANK.priceGone,
  "UPDATE prices SET gone_by = ?, gone_at = ? WHERE id = ? AND gone_at IS NULL",
  3,
);

/** The rows of a change, to be written together. */
export function priceRows({ add, end }: PriceChange): QueuedRow[] {
  return [
    ...add.map((row): QueuedRow => [insertPrice, priceArgs(row)]),
    ...end.map(({ id, by, at }): QueuedRow => [endPrice, [by, at, id]]),
  ];
}

/** Those that count, and with `all` those that were taken back as well; by model, the newest first. */
export async function listPrices(connection: Connection, all: boolean): Promise<PriceRow[]> {
  const sql = `SELECT valid_from, input, cached_input, output, reasoning, set_at, gone_at,
      ${texts("id", "model", "layer", "source", "set_by", "gone_by")}
    FROM prices ${all ? "" : "WHERE gone_at IS NULL"} ORDER BY model, valid_from DESC, set_at DESC, id DESC`;
  return (await connection.execute(sql)).map(toPrice);
}

type Texts = [string, string, PriceRow["layer"], string | null, string, string | null];

function toPrice(row: Row): PriceRow {
  const [id, model, layer, source, setBy, goneBy] = textsOf(row, 6) as Texts;
  return {
    id,
    model,
    validFrom: row.valid_from as number,
    input: row.input as number,
    cachedInput: row.cached_input as number,
    output: row.output as number,
    reasoning: row.reasoning as number,
    layer,
    source,
    setBy,
    setAt: row.set_at as number,
    goneBy,
    goneAt: row.gone_at as number | null,
  };
}
