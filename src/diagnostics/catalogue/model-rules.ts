import { didYouMean, entry } from "../entry.ts";

/** MR2028, MR2029, MR2033, MR2034, MR2098 to MR2101: which models may be asked, by badges and flags. */
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
  MR2098: entry<{
    name: string;
    stage: string | undefined;
    dark: readonly string[];
    guess: string | undefined;
  }>({
    name: "not-a-dark-flag",
    severity: "error",
    why: "`--flag` lets one run use what is dark for all others. What is off or a shadow takes no traffic at all, and what is live needs no word.",
    message: ({ name, stage, dark }) =>
      stage === undefined
        ? `There is no flag "${name}"${dark.length > 0 ? ` (dark are: ${dark.join(", ")})` : ", and nothing is dark"}.`
        : `The flag of "${name}" is ${stage}, and a run is begun with what is dark.`,
    hint: ({ name, stage, guess }) =>
      didYouMean(guess) ??
      (stage === undefined || stage === "live" || stage === "only"
        ? "list flags with: maestro models flags"
        : `maestro models flag ${name} dark`),
  }),
  MR2099: entry<{ agent: string; revision: string; why: string }>({
    name: "revision-cannot-be-played",
    severity: "error",
    isFinal: true,
    why: "A revision of an agent is played in place of a run's own one where it takes and gives the same: its input and output have the same form, its tools get no secrets that the score does not give, and a deployment with its code is kept.",
    message: ({ revision, why }) => `Revision ${revision} cannot be played in this run: ${why}.`,
    hint: ({ revision }) => `maestro models flag ${revision} off`,
  }),
  MR2100: entry<{ agent: string; revision: string; stage: string }>({
    name: "no-revision-left",
    severity: "error",
    isFinal: true,
    why: "A revision of an agent that takes no traffic is replaced by the one before it, as long as that takes and gives the same and has no such flag itself.",
    // A failed step keeps its sentence alone: the way out stands in it.
    message: ({ agent, revision, stage }) =>
      `Agent "${agent}" has no revision left that may be asked: the flag of ${revision} is ${stage}, and no other one of the same form is kept; what would mend it: maestro models unflag ${revision} --force --why "…"`,
  }),
  MR2101: entry<{ name: string; agent: string; known: readonly string[]; matches: readonly string[] }>({
    name: "unknown-agent-revision",
    severity: "error",
    why: "A revision of an agent is named by the agent and the beginning of its number. Those can be flagged of which a deployment is kept: a run of a score that has it, a rehearsal too, or a deploy, keeps one.",
    message: ({ name, agent, known, matches }) =>
      matches.length > 0
        ? `"${name}" could be ${matches.join(", ")}.`
        : known.length > 0
          ? `The store has no revision "${name}" (there are: ${known.slice(0, 5).join(", ")}).`
          : `The store has no revision of an agent "${agent}".`,
    hint: ({ agent, known }) =>
      known.length > 0
        ? `list them with: maestro models revisions ${agent}`
        : "keep one with: maestro run <score> --rehearse",
  }),
};
