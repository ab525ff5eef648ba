import { toColors } from "../../support/colors.ts";
import { nearest } from "../../support/nearest.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { ListedPrice } from "../../views/prices.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings, type Settings } from "../load-workspace.ts";
import { UsageError } from "../usage-error.ts";
import { whoIs } from "../who-is.ts";
import { writeLine } from "../write-line.ts";

interface Listing {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `maestro prices`: what models cost, as the configuration and people say. */
export async function list(io: Io, _args: string[], { all, json }: Listing): Promise<ExitCode> {
  const prices = await askStore(io, await loadSettings(io), {
    command: "maestro prices",
    request: { op: "prices", all: all === true },
  });
  if (json) io.write(`${JSON.stringify(prices, null, 2)}\n`);
  else if (prices.length === 0)
    io.write("no price is known: say them in maestro.config.ts, or with maestro prices set\n");
  else for (const line of toLines(prices, io)) writeLine(io, line);
  return EXIT.ok;
}

interface Setting {
  readonly input?: string;
  readonly output?: string;
  readonly cached?: string;
  readonly reasoning?: string;
  readonly from?: string;
  readonly source?: string;
  readonly by?: string;
}

/** `maestro prices set`: what a model costs from now on, or from a day on. */
export async function set(io: Io, [name = ""]: string[], options: Setting): Promise<ExitCode> {
  const { input, output, cached, reasoning, from, source, by } = options;
  const settings = await loadSettings(io);
  const model = modelOf(name, settings);
  const optional = (option: string, text: string | undefined) =>
    text === undefined ? undefined : toNumber(option, text);
  const [cachedInput, ofReasoning] = [optional("--cached", cached), optional("--reasoning", reasoning)];
  const said = {
    model,
    input: toNumber("--input", input),
    output: toNumber("--output", output),
    ...(cachedInput === undefined ? {} : { cachedInput }),
    ...(ofReasoning === undefined ? {} : { reasoning: ofReasoning }),
    ...(from === undefined ? {} : { from }),
    ...(source === undefined ? {} : { source }),
    by: whoIs(io, by),
  };
  await askStore(io, settings, { command: "maestro prices set", request: { op: "setPrice", ...said } });
  const since = from === undefined ? "" : ` from ${from} on`;
  writeLine(io, `${model} costs $${said.input} in and $${said.output} out for a million tokens${since}`);
  return EXIT.ok;
}

/** `maestro prices unset`: the configuration's price counts again. */
export async function unset(
  io: Io,
  [name = ""]: string[],
  { from, by }: Pick<Setting, "from" | "by">,
): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const model = modelOf(name, settings);
  const request = {
    op: "unsetPrice",
    model,
    ...(from === undefined ? {} : { from }),
    by: whoIs(io, by),
  } as const;
  const { count } = await askStore(io, settings, { command: "maestro prices unset", request });
  writeLine(io, `took back ${count === 1 ? "the price" : `${count} prices`} of ${model}`);
  return EXIT.ok;
}

/** A model by its own name, or by one of the configuration's. */
function modelOf(name: string, { models, providers }: Settings): string {
  const model = Object.hasOwn(models, name) ? models[name]! : name;
  const slash = model.indexOf("/");
  const known = Object.keys(providers);
  const provider = model.slice(0, Math.max(0, slash));
  if (slash > 0 && slash < model.length - 1 && (known.length === 0 || known.includes(provider))) return model;
  const guess = nearest(slash < 0 ? model : provider, slash < 0 ? Object.keys(models) : known);
  const hint =
    guess === undefined
      ? undefined
      : `did you mean "${slash < 0 ? guess : `${guess}${model.slice(slash)}`}"?`;
  const why =
    slash < 0
      ? 'is neither "provider/model" nor a name in the configuration\'s `models`'
      : `is of a provider that the configuration does not have (it has: ${known.join(", ")})`;
  throw new UsageError(`${name} ${why}.`, hint);
}

function toNumber(option: string, text: string | undefined): number {
  if (text === undefined)
    throw new UsageError(`${option} is missing: what a million tokens cost in US dollars.`);
  const usd = text.trim() === "" ? Number.NaN : Number(text.replace(/^\$/, ""));
  if (!(usd >= 0)) throw new UsageError(`${option} ${text} is no number of US dollars for a million tokens.`);
  return usd;
}

function* toLines(prices: readonly ListedPrice[], io: Io): Generator<string> {
  const c = toColors(io.hasColor);
  const rows = prices.map((price) => [
    price.isUsed ? "✓" : " ",
    toVisible(price.model),
    price.validFrom === 0 ? "always" : `from ${day(price.validFrom)}`,
    ...[price.input, price.cachedInput, price.output, price.reasoning].map(usd),
    whoSaid(price),
  ]);
  const head = ["", "model", "", "input", "cached", "output", "reasoning", "US dollars for a million tokens"];
  const widths = head.map((word, i) => Math.max(word.length, ...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((text, i) => (i >= 3 && i <= 6 ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd();
  yield c.dim(line(head));
  for (const [i, row] of rows.entries()) yield prices[i]!.isUsed ? line(row) : c.dim(line(row));
}

function whoSaid({ layer, setBy, setAt, source, goneBy, goneAt }: ListedPrice): string {
  const who = layer === "config" ? "the configuration" : `${toVisible(setBy)}, ${day(setAt)}`;
  const where = source === null ? "" : ` (${toVisible(source)})`;
  const gone = goneAt === null ? "" : `; taken back by ${toVisible(goneBy!)}, ${day(goneAt)}`;
  return who + where + gone;
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Micro-USD as dollars, with as many digits as it has. */
function usd(microUsd: number): string {
  const text = (microUsd / 1e6).toFixed(6).replace(/0+$/, "");
  const [whole, digits = ""] = text.split(".");
  return `${whole}.${digits.padEnd(2, "0")}`;
}
