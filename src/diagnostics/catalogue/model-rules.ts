import { didYouMean, entry } from "../entry.ts";

/** MR2028, MR2029, MR2033, MR2034: which models may be asked, by badges and flags. */
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
  MR2033: entry<{ model: string; from: string | undefined; to: string; next: string }>({
    name: "flag-skips-a-stage",
    severity: "error",
    why: "A model is let into the traffic of agents step by step, off, shadow, dark, live, only, so that each stage shows something before the next one costs something. Going back is one step from anywhere. Who skips a stage says that it is meant, and why.",
    message: ({ model, from, to, next }) =>
      `"${model}" ${from === undefined ? "has no flag" : `is ${from}`}, and ${to} is more than one step on: the next is ${next}.`,
    hint: ({ model, to, next }) =>
      `maestro models flag ${model} ${next}; or, when it is meant: maestro models flag ${model} ${to} --force --why "…"`,
  }),
  MR2034: entry<{ model: string; reason: string; next: string }>({
    name: "flag-cannot-be",
    severity: "error",
    why: "A flag is about a model whose shadow somebody pays for within a budget, and about agents that there are.",
    message: ({ model, reason }) => `The flag of "${model}" cannot be that: ${reason}.`,
    hint: ({ next }) => next,
  }),
};
