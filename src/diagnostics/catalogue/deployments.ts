import { withArticle } from "../../support/with-article.ts";
import { entry } from "../entry.ts";

/** What holds of every finding about runs that have not ended. */
const STAYS =
  "Runs keep the code that they began with, so this is only told. Where they are to be moved, with `maestro deploy --migrate`, it counts as it stands here.";

const MOST_RUNS = 3;

/** `1 run (run_01…)`, `5 runs (run_01…, run_02…, run_03… and 2 more)`. */
function counted(runs: readonly string[]): string {
  const named = runs.slice(0, MOST_RUNS).join(", ");
  const more = runs.length > MOST_RUNS ? ` and ${runs.length - MOST_RUNS} more` : "";
  return `${runs.length} ${runs.length === 1 ? "run" : "runs"} (${named}${more})`;
}

function verb(runs: readonly string[], one: string, many: string): string {
  return runs.length === 1 ? one : many;
}

type OfScore = {
  readonly score: string;
  /** Ids of those that have not ended and are affected; at least one. */
  readonly runs: readonly string[];
};

/** MS50xx: what a deploy means for runs that have not ended. */
export const deployments = {
  MS5001: entry<OfScore & { readonly node: string }>({
    name: "removed-node",
    severity: "error",
    why: `A run that waits in a node, or has not come to it yet, would go on without it. ${STAYS}`,
    message: ({ score, node, runs }) =>
      `Node "${node}" has gone from score "${score}", and ${counted(runs)} ${verb(runs, "waits", "wait")} in it or before it.`,
    hint: () => "keep it until they have ended, or let them end with the code that they have",
  }),
  MS5002: entry<OfScore & { readonly from: string; readonly to: string }>({
    name: "renamed-node",
    severity: "error",
    why: `What a run has done is known by the keys of its nodes. Under another key it would be lost, and done again. ${STAYS}`,
    message: ({ score, from, to, runs }) =>
      `Node "${from}" of score "${score}" seems to be called "${to}" now, and ${counted(runs)} ${verb(runs, "has", "have")} played it under its old key.`,
    hint: ({ from, to }) => `keep the key, whatever the const is called: nodes: { ${from}: ${to} }`,
  }),
  MS5003: entry<OfScore & { readonly node: string; readonly from: string; readonly to: string }>({
    name: "changed-kind",
    severity: "error",
    why: `What one kind of node has done means nothing to another one: it would be made again, or lost. ${STAYS}`,
    message: ({ score, node, from, to, runs }) =>
      `"${node}" of score "${score}" is ${withArticle(to)} now and was ${withArticle(from)}, and ${counted(runs)} ${verb(runs, "has", "have")} come to it.`,
    hint: () => "give the new one a key of its own",
  }),
  MS5004: entry<OfScore & { readonly node: string; readonly detail: string }>({
    name: "narrowed-output",
    severity: "error",
    why: `Nodes that are still to be played read what earlier ones gave. What does not fit its schema any more would be made again, with everything that was made from it. ${STAYS}`,
    message: ({ score, node, detail, runs }) =>
      `What "${node}" of score "${score}" has given in ${counted(runs)} does not fit it any more: ${detail}.`,
    hint: () => "take what was given before too, with `.optional()` or `.default(…)`, until they have ended",
  }),
  MS5005: entry<OfScore & { readonly path: string; readonly detail: string }>({
    name: "demanding-input",
    severity: "error",
    why: `Whoever begins runs has to give what is required now, and what was begun before does not have it. ${STAYS}`,
    message: ({ score, path, detail, runs }) =>
      `The input that ${counted(runs)} began with does not fit score "${score}" any more${path ? ` at \`${path}\`` : ""}: ${detail}.`,
    hint: () => "make it optional, or give it a default",
  }),
  MS5006: entry<OfScore & { readonly node: string }>({
    name: "changed-decision",
    severity: "error",
    why: `Somebody may be deciding at this moment, with the form as it was. ${STAYS}`,
    message: ({ score, node, runs }) =>
      `The decision of "${node}" in score "${score}" has another form now, and ${counted(runs)} ${verb(runs, "waits", "wait")} for one.`,
    hint: () => "let them be decided first: maestro checkpoints",
  }),
  MS5007: entry<OfScore & { readonly node: string; readonly reader: string }>({
    name: "late-upstream",
    severity: "warning",
    why: `What has been played is not played again, so a node that comes in before it has no effect on it. ${STAYS}`,
    message: ({ score, node, reader, runs }) =>
      `"${node}" of score "${score}" is new, and "${reader}", which comes after it, has been played in ${counted(runs)}.`,
    hint: ({ reader }) => `begin anew from there: maestro rerun <run> --from ${reader} --rev live`,
  }),
  MS5008: entry<OfScore & { readonly node: string; readonly value: string }>({
    name: "removed-case",
    severity: "warning",
    why: `A run that has taken a case goes on with the nodes that are played for it. When there are none any more, it does less than it was begun for. ${STAYS}`,
    message: ({ score, node, value, runs }) =>
      `Nothing in score "${score}" is played for ${value} of "${node}" any more, which ${counted(runs)} ${verb(runs, "has", "have")} taken.`,
    hint: () => "keep that case until they have ended",
  }),
  MS5009: entry<OfScore & { readonly node: string; readonly what: string; readonly kind: string }>({
    name: "changed-iteration",
    severity: "error",
    why: `The turns or items that are done were made for what it was before; those that follow would be made for something else. ${STAYS}`,
    message: ({ score, node, what, kind, runs }) =>
      `The ${what} of ${kind} "${node}" in score "${score}" ${what === "items" ? "are others" : "is another"} now, and ${counted(runs)} ${verb(runs, "is", "are")} in the middle of it.`,
    hint: () => "give the new one a key of its own, or let them end first",
  }),
  MS5010: entry<OfScore & { readonly node: string }>({
    name: "changed-code",
    severity: "info",
    why: "A step whose result is written down is not played again, whatever becomes of its code. Runs that have played it keep what it gave.",
    message: ({ score, node, runs }) =>
      `The code of "${node}" in score "${score}" has changed, and ${counted(runs)} ${verb(runs, "has", "have")} played it: there it is not played again.`,
    hint: ({ node }) => `to play it again in a new run: maestro rerun <run> --from ${node} --rev live`,
  }),
  MS5011: entry<{
    readonly orchestra: string;
    readonly score: string;
    readonly to: string | undefined;
    readonly runs: readonly string[];
  }>({
    name: "score-gone",
    severity: "error",
    why: "An orchestra that is enabled is relied on. When the score that it plays is deleted or gets another id, it is destroyed, and what comes in its place begins disabled: nobody would notice before something has not been done. One that is disabled may go; runs that it has end with the code that they have.",
    message: ({ orchestra, score, to, runs }) =>
      `Orchestra "${orchestra}" is enabled${runs.length > 0 ? `, with ${counted(runs)} under way,` : ""} and plays score "${score}", which no file defines any more${to === undefined ? "" : `: it would play "${to}", and begin disabled`}.`,
    hint: ({ orchestra }) => `if it is meant to go: maestro orchestras disable ${orchestra}`,
  }),
  MS5012: entry<{
    readonly orchestra: string;
    readonly option: string;
    readonly from: string | undefined;
    readonly to: string | undefined;
    readonly runs: readonly string[];
  }>({
    name: "limit-in-flight",
    severity: "info",
    why: "Runs keep the code that they began with, and not what their orchestra may spend, nor how many of its runs may be under way: there what is deployed last counts for all of them, at once.",
    message: ({ orchestra, option, from = "none", to = "none", runs }) =>
      `\`${option}\` of orchestra "${orchestra}" goes from ${from} to ${to}; that counts for ${counted(runs)} too.`,
  }),
  MS5013: entry<{ readonly score: string; readonly format: string; readonly known: string }>({
    name: "newer-plan",
    severity: "error",
    why: "What a newer Maestro has deployed says things that this one does not know. Compared with that, or played by it, they would be left out without a word.",
    message: ({ score, format, known }) =>
      `The plan of score "${score}" has format ${format}, and ${known} reads up to 1.`,
    hint: () => "use the same version of maestro-ts in both places",
  }),
};
