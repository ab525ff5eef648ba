import { toUsd } from "../../support/money.ts";
import { entry, listed } from "../entry.ts";

function inWords(names: readonly string[]): string {
  const [last, ...rest] = names.toReversed();
  return rest.length === 0 ? last! : `${rest.toReversed().join(", ")} and ${last}`;
}

/** MR307x, MR204x, MS311x: what models cost, and what may be spent on them. Amounts in micro-USD. */
export const budgets = {
  MS3115: entry<{ agent: string; model: string; budgets: readonly string[] }>({
    name: "budget-without-price",
    severity: "warning",
    why: "A budget can be kept only when it is known what the model costs: without a price its calls are refused when they are to be made (MR3099). Maestro knows no prices of its own, because only the provider's bill is right.",
    message: ({ agent, model, budgets: kept }) =>
      `Agent "${agent}" counts against ${inWords(kept)}, and nobody has said what its model "${model}" costs.`,
    hint: ({ model }) =>
      `say it in maestro.config.ts, in US dollars for a million tokens: prices: { "${model}": { input: …, output: … } }`,
  }),
  MS3116: entry<{ file: string; detail: string }>({
    name: "price-file",
    severity: "error",
    why: "`prices` may name a JSON file of prices by model. What cannot be read there would be a price that nobody knows, and budgets that refuse every call.",
    message: ({ file, detail }) => `The prices in ${file} cannot be read: ${detail}.`,
    hint: () => 'it is written as in defineConfig: { "openai/gpt-5": { "input": 1.25, "output": 10 } }',
  }),
  MR2044: entry<{ model: string; what: string; found: string; wanted: string }>({
    name: "price-invalid",
    severity: "error",
    why: "A price is what the provider bills: an amount of US dollars for a million tokens, from a day on.",
    message: ({ model, what, found, wanted }) =>
      `The price of "${model}" cannot be set: ${what} is ${found}, and ${wanted}.`,
    hint: () => "nothing was changed; see what is known with: maestro prices",
  }),
  MR2045: entry<{
    model: string;
    from: string | undefined;
    known: readonly string[];
    isConfigured: boolean;
  }>({
    name: "price-not-set",
    severity: "error",
    why: "What people have set can be taken back; a price of the configuration is changed there.",
    message: ({ model, from, known }) =>
      `Nobody has set a price of "${model}"${from === undefined ? "" : ` from ${from} on`} (there are prices set of: ${listed(known)}).`,
    hint: ({ isConfigured }) =>
      isConfigured ? "its price is the configuration's: change that in maestro.config.ts" : undefined,
  }),
  MR3076: entry<{
    scope: string;
    what: string;
    model: string;
    spent: number;
    bound: number;
    budget: number;
    until?: number;
  }>({
    name: "budget-reached",
    severity: "error",
    why: "A run, an agent in it, a score and a day may have a budget. A call that could pass it is not made: its step waits, and a person is asked whether to raise the budget. Other steps go on.",
    message: ({ what, model, spent, bound, budget }) =>
      `${toUsd(spent)} of the ${toUsd(budget)} for ${what} is spent, and a call of "${model}" may cost ${toUsd(bound)}.`,
    hint: () => "see what is asked with: maestro checkpoints",
  }),
  MR3077: entry<{ what: string; spent: number; budget: number; note: string | undefined }>({
    name: "budget-not-raised",
    severity: "error",
    isFinal: true,
    why: "A budget was reached, and whoever was asked said that no more is spent. The steps that waited for it fail, and what becomes of them is for their `onFailure`.",
    message: ({ what, spent, budget, note }) =>
      `The budget of ${toUsd(budget)} for ${what} was not raised: ${toUsd(spent)} is spent${note === undefined ? "." : `. ${note}`}`,
    hint: () => "begin a new run with a larger budget, or with fewer calls",
  }),
};
