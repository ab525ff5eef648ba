import { didYouMean, entry, listed } from "../entry.ts";

/** MR202x: a run is to go on, or to begin again, with other values or with another deployment, or step by step. */
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
  MR2025: entry<{ run: string; step: string; pending: readonly string[]; guess: string | undefined }>({
    name: "step-not-held",
    severity: "error",
    why: "Where a run is played step by step, a step can be let go on, or be given its output, from when its turn has come until somebody does.",
    message: ({ run, step, pending }) =>
      `"${step}" of run ${run} does not wait to be played: ${pending.length === 0 ? "nothing does" : `that is ${listed(pending)}`}.`,
    hint: ({ guess }) => didYouMean(guess),
  }),
  MR2026: entry<{ step: string; detail: string; guess: string | undefined }>({
    name: "step-cannot-be-told",
    severity: "error",
    why: "A step that gives an output of its own can be given that; a branch and a switch can be told which case they take.",
    message: ({ step, detail }) => `"${step}" cannot be told that: ${detail}.`,
    hint: ({ guess }) => didYouMean(guess),
  }),
  MR2027: entry<{ run: string; deployment: string }>({
    name: "run-was-migrated",
    severity: "error",
    why: "A run is played with the code that its row names, and between a look at that and its next step somebody has moved it to other code.",
    message: ({ run, deployment }) =>
      `Run ${run} has been moved to deployment ${deployment.slice(0, 12)} a moment ago.`,
    hint: ({ run }) => `go on with it as it is now: maestro resume ${run}`,
  }),
};
