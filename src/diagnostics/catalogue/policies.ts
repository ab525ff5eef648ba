import { didYouMean, entry } from "../entry.ts";

/** MS30xx: times, people, forms, gates and names that cannot do what they are there for; MS3106 on: how steps are tried again. */
export const policies = {
  MS3002: entry<{ score: string; why: string; timeout: string }>({
    name: "longer-than-the-run",
    severity: "warning",
    why: "A run that has used up its score's `timeout` ends there, whatever its nodes may still be allowed.",
    message: ({ score, why, timeout }) => `${why}, longer than the ${timeout} of a whole run of "${score}".`,
    hint: () => "give the score a longer `timeout`, or this less time",
  }),
  MS3006: entry<{ checkpoint: string; lacks: "end" | "onTimeout" }>({
    name: "checkpoint-without-end",
    severity: "warning",
    why: "A checkpoint that nobody is named for and that never ends is a run that waits until somebody happens to look.",
    message: ({ checkpoint, lacks }) =>
      lacks === "end"
        ? `"${checkpoint}" waits for ever, and nobody is named to answer it.`
        : `"${checkpoint}" says how long it waits, and not what happens then.`,
    hint: ({ lacks }) =>
      lacks === "end"
        ? 'name an `assignee`, or give it an end: timeout: "24h", onTimeout: "reject"'
        : 'add `onTimeout`: "reject", "skip" or { decide: … }',
  }),
  MS3007: entry<{ checkpoint: string; field: string; found: string }>({
    name: "decision-without-a-form",
    severity: "error",
    why: "A person answers a checkpoint in a form, on a screen or in a terminal. It has fields for strings, numbers, booleans, choices, dates and lists of these, and groups of fields one level deep.",
    message: ({ checkpoint, field, found }) =>
      `The decision of "${checkpoint}" cannot be asked in a form: ${field === "" ? "it" : `"${field}"`} is ${found}.`,
    hint: ({ field }) =>
      field === ""
        ? "ask for an object of named fields"
        : "ask for strings, numbers, booleans, choices or lists of them, in groups at most one level deep",
  }),
  MS3008: entry<{ artifact: string; gate: number; why: string; hint: string }>({
    name: "gate-cannot-judge",
    severity: "error",
    why: "A gate lets a value pass whose judge gives it a score of at least `min`, from 0 to 1.",
    message: ({ artifact, gate, why }) => `Gate ${gate} of ${artifact} ${why}.`,
    hint: ({ hint }) => hint,
  }),
  MS3009: entry<{ artifact: string; owner: string; each: "item" | "turn" }>({
    name: "one-name-for-many-artifacts",
    severity: "warning",
    why: "An artifact is found by its name, and a run keeps one of each. Inside a map or a loop a name that is always the same can be kept once; every other item or turn fails.",
    message: ({ artifact, owner, each }) =>
      `Artifact "${artifact}" has the same name for every ${each} of "${owner}".`,
    hint: ({ each }) =>
      `put the ${each === "item" ? "item or its index" : "turn"} into the name: text\`…-\${${each === "item" ? "index" : "turn"}}\``,
  }),
  MS3106: entry<{ node: string; found: string; guess: string | undefined }>({
    name: "unknown-failure",
    severity: "error",
    why: "What `retry.on` does not list is final. A name that no failure has lists nothing: the step would be given up at the first failure that was meant.",
    message: ({ node, found }) => `No attempt fails with ${found}, which \`retry.on\` of ${node} lists.`,
    hint: ({ guess }) =>
      didYouMean(guess) ??
      'list codes of a failed step, such as "MR3002" (maestro explain has them all), and names of errors, such as "TypeError"',
  }),
  MS3107: entry<{ node: string; given: number; attempts: number }>({
    name: "vary-never-used",
    severity: "warning",
    why: "The first attempt has the input as it stands; each of the others takes the next entry of `vary`. Entries after the last attempt's are never tried.",
    message: ({ node, given, attempts }) =>
      `\`retry.vary\` of ${node} has ${given} ${given === 1 ? "entry" : "entries"}, and ${attempts} ${attempts === 1 ? "attempt takes none" : `attempts take ${attempts - 1} at most`}.`,
    hint: ({ given }) => `allow more attempts, attempts: ${given + 1}, or take out what is never tried`,
  }),
  MS3108: entry<{ node: string; code: string }>({
    name: "listed-and-final",
    severity: "warning",
    why: "Some failures would be the same the next time: an input that does not fit, a secret that is missing, a host that is not allowed. They are not tried again, also when `retry.on` lists them, unless `retry.vary` changes the input.",
    message: ({ node, code }) => `\`retry.on\` of ${node} lists ${code}, which is never tried again.`,
    hint: ({ code }) => `take ${code} out, or change the input for the next attempt with \`vary\``,
  }),
};
