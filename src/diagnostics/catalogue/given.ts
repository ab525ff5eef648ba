import { withArticle } from "../../support/with-article.ts";
import { didYouMean, entry, listed } from "../entry.ts";

/** MR204x: outputs that a run cannot begin with. */
export const given = {
  MR2040: entry<{ score: string; node: string; names: readonly string[]; guess: string | undefined }>({
    name: "given-node-unknown",
    severity: "error",
    why: "An output is given to one of the score's own nodes, by its key in `nodes`. Those inside a map or a loop are part of it.",
    message: ({ score, node, names }) =>
      `Score "${score}" has no node "${node}" whose output could be given: there are ${listed(names)}.`,
    hint: ({ guess }) => didYouMean(guess),
  }),
  MR2041: entry<{ node: string; problems: readonly { path: string; detail: string }[] }>({
    name: "given-output-invalid",
    severity: "error",
    why: "What is given as a node's output is checked like an output: others will read it.",
    message: ({ node, problems }) =>
      `The output given for "${node}" does not fit its schema:\n${problems.map(({ path, detail }) => `  ${path || "output"}: ${detail}`).join("\n")}`,
  }),
  MR2042: entry<{ node: string; kind: string }>({
    name: "given-node-computed",
    severity: "error",
    why: "What branches, switches, texts, choices and derives give follows from what they read, whenever it is needed: none of it is kept.",
    message: ({ node, kind }) =>
      `The output of "${node}", ${withArticle(kind)}, cannot be given: it follows from what it reads.`,
    hint: () => "give the outputs of what it reads",
  }),
};
