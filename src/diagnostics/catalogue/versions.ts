import { didYouMean, entry, listed } from "../entry.ts";

/** MR202x: a run is to go on, or to begin again, with other values or with another deployment. */
export const versions = {
  MR2021: entry<{ revision: string; score: string; matches: readonly string[] }>({
    name: "unknown-revision",
    severity: "error",
    why: "A deployment is a score as it was compiled at some time, with its code, named by a hash of both. The store keeps those that runs were begun with.",
    message: ({ revision, score, matches }) =>
      matches.length > 0
        ? `"${revision}" could be ${listed(matches, 5)}.`
        : `The store has no deployment "${revision}" of "${score}".`,
    hint: ({ matches }) =>
      matches.length > 0
        ? "give more of its characters"
        : "say run, live, or the beginning of a deployment's hash; maestro runs show has it as code",
  }),
  MR2022: entry<{
    run: string;
    deployment: string;
    problems: readonly { path: string; detail: string }[];
    leave: readonly string[];
  }>({
    name: "revision-does-not-fit",
    severity: "error",
    why: "What is taken over from an earlier run is read by the nodes of another deployment, so it is checked against that deployment's schemas before anything is written.",
    message: ({ run, deployment, problems }) =>
      `What run ${run} holds does not fit deployment ${deployment.slice(0, 12)}:\n${problems.map(({ path, detail }) => `  ${path}: ${detail}`).join("\n")}`,
    hint: ({ leave }) =>
      leave.length === 0
        ? "give the input what it lacks: --set input.<field>=<value>"
        : `play again what does not fit, and leave behind what is gone: --from ${leave.join(" ")}`,
  }),
  MR2023: entry<{ run: string; place: string; detail: string; guess: string | undefined }>({
    name: "cannot-be-edited",
    severity: "error",
    why: "An edit names an output that the run keeps, or a part of it, or a part of the run's input. What a map, a loop or a branch gives is made from other values whenever it is needed.",
    message: ({ run, place, detail }) => `"${place}" of run ${run} cannot be edited: ${detail}.`,
    hint: ({ guess }) => didYouMean(guess),
  }),
  MR2024: entry<{
    run: string;
    deployment: string;
    problems: readonly { path: string; detail: string }[];
  }>({
    name: "cannot-be-migrated",
    severity: "error",
    why: "A run goes on with other code only when everything it holds can be read there, or be made again without something happening twice unasked.",
    message: ({ run, deployment, problems }) =>
      `Run ${run} cannot go on with deployment ${deployment.slice(0, 12)}:\n${problems.map(({ path, detail }) => `  ${path}${path ? ": " : ""}${detail}`).join("\n")}`,
    hint: ({ run }) =>
      `let it go on with its own code, or begin a new run from it: maestro rerun ${run} --fork --rev live`,
  }),
};
