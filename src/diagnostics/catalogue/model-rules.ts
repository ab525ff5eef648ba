import { didYouMean, entry } from "../entry.ts";

/** MR2028, MR2029: which models may be asked, by badges and flags. */
export const modelRules = {
  MR2028: entry<{
    agent: string;
    refused: readonly { readonly model: string; readonly why: string; readonly mend: string }[];
  }>({
    name: "no-model-left",
    severity: "error",
    isFinal: true,
    why: "What the configuration asks of models in production, and what flags say of them, holds before any policy: a model that does not do is not asked, and when that leaves none of those that the agent names, its step fails.",
    // A failed step keeps its sentence alone: the way out stands in it.
    message: ({ agent, refused }) =>
      `Agent "${agent}" has no model left that may be asked: ${refused.map(({ model, why }) => `"${model}": ${why}`).join("; ")}; what would mend it: ${refused[0]?.mend ?? "maestro models"}`,
  }),
  MR2029: entry<{ name: string; why: string; guess: string | undefined; known: readonly string[] }>({
    name: "unknown-model",
    severity: "error",
    why: "Commands about models take `provider/model`, or a name of the configuration's `models`, of a provider that the configuration has.",
    message: ({ name, why, known }) =>
      `There is no model "${name}": ${why}${known.length > 0 && known.length <= 12 ? ` (there are: ${known.join(", ")})` : ""}.`,
    hint: ({ guess, known }) =>
      didYouMean(guess) ?? (known.length > 0 ? "list them with: maestro models" : undefined),
  }),
};
