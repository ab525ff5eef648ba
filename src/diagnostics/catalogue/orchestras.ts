import { didYouMean, entry } from "../entry.ts";

const MOST_LISTED = 30;

/** MS40xx: orchestras and the configuration. */
export const orchestras = {
  MS4001: entry<{
    orchestra: string;
    secret: string;
    who: string | undefined;
    score: string;
    guess: string | undefined;
  }>({
    name: "unbound-secret",
    severity: "error",
    why: "A score says which secrets it needs, an orchestra where they come from. Without that, every run would fail at the step that opens it.",
    message: ({ orchestra, secret, who, score }) =>
      `Orchestra "${orchestra}" does not bind secret "${secret}", which ${who === undefined ? "" : `${who} of `}score "${score}" needs.`,
    hint: ({ secret, guess }) =>
      guess === undefined
        ? `add \`${secret}: env("${secret}")\` to its \`secrets\``
        : `it binds "${guess}", which nobody needs: did you mean "${secret}"?`,
  }),
  MS4002: entry<{ orchestra: string; secret: string; score: string; guess: string | undefined }>({
    name: "unused-binding",
    severity: "warning",
    why: "A secret that nobody needs is a name that was misspelt, or a permission that should have gone with the step that used it.",
    message: ({ orchestra, secret, score }) =>
      `Orchestra "${orchestra}" binds secret "${secret}", which score "${score}" does not need.`,
    hint: ({ guess }) => didYouMean(guess) ?? "delete it",
  }),
  MS4003: entry<{ orchestra: string; score: string; path: string; detail: string }>({
    name: "orchestra-input-invalid",
    severity: "error",
    why: "Every run of this orchestra would be refused.",
    message: ({ orchestra, score, path, detail }) =>
      `The input of orchestra "${orchestra}" does not fit score "${score}"${path ? ` at \`${path}\`` : ""}: ${detail}.`,
  }),
  MS4004: entry<{
    target: string;
    variable: string;
    what: string;
    isEmpty: boolean;
    guess: string | undefined;
  }>({
    name: "missing-variable",
    severity: "error",
    why: "Definitions name variables, and the place where they are played has them. With `maestro validate --env <name>` they are looked for in `.env`, in `.env.<name>` and in the environment itself; their values are neither kept nor shown.",
    message: ({ target, variable, what, isEmpty }) =>
      `Variable "${variable}", from which ${what} comes, is ${isEmpty ? "empty" : "not set"} in "${target}".`,
    hint: ({ target, guess }) => didYouMean(guess) ?? `set it in .env.${target}, or where the command is run`,
  }),
  MS4005: entry<{ orchestra: string; score: string; gap: string; least: string }>({
    name: "overlapping-runs",
    severity: "warning",
    why: "An orchestra that is due while its last run is under way skips that time, unless `schedule.overlap` says otherwise. When a run has to wait for longer than the schedule gives it, that happens as a rule, so it should be said.",
    message: ({ orchestra, score, gap, least }) =>
      `Orchestra "${orchestra}" can be due again after ${gap}, but a run of "${score}" waits for ${least} at the least.`,
    hint: () => 'say what happens then: `schedule.overlap` is "skip", "queue", "replace" or "allow"',
  }),
  MS4006: entry<{ key: string; where: string; known: readonly string[]; guess: string | undefined }>({
    name: "unknown-option",
    severity: "error",
    why: "An option that nothing reads has no effect, which is worse than an error.",
    message: ({ key, where }) => `${where} has no option "${key}".`,
    hint: ({ guess, known }) =>
      didYouMean(guess) ??
      // Codes, of which there are more than anyone reads.
      (known.length > MOST_LISTED ? "maestro explain lists every code" : `it has: ${known.join(", ")}`),
  }),
  MS4008: entry<{ orchestra: string; found: string }>({
    name: "plays-no-score",
    severity: "error",
    isFatal: true,
    why: "An orchestra plays one score.",
    message: ({ orchestra, found }) =>
      `Orchestra "${orchestra}" plays ${found}, which is no score of this workspace.`,
    hint: () => "import the score from scores/ and pass it as `plays`",
  }),
  MS4009: entry<{
    orchestra: string;
    score: string;
    field: string;
    known: readonly string[];
    guess: string | undefined;
  }>({
    name: "unknown-trigger-field",
    severity: "error",
    why: "What a trigger brings along becomes a field of the input. A score refuses fields that it does not have, so each run would be refused when something has happened.",
    message: ({ orchestra, score, field, known }) =>
      `\`into\` of orchestra "${orchestra}" names "${field}", which is no input of score "${score}"${known.length > 0 ? ` (it has: ${known.join(", ")})` : ", which takes none"}.`,
    hint: ({ guess }) => didYouMean(guess),
  }),
  MS4010: entry<{
    orchestra: string;
    score: string;
    field: string;
    at: string;
    takes: string;
    given: string;
  }>({
    name: "unfit-trigger-field",
    severity: "error",
    why: "A run that has ended is handed on as `{ run, orchestra, status, output }`. Where the field of the input takes nothing like that, each run would be refused when the other one has ended.",
    message: ({ orchestra, score, field, at, takes, given }) =>
      `Input "${field}" of score "${score}" takes ${takes}${at ? ` at \`${at.replace(/^\./, "")}\`` : ""}, and orchestra "${orchestra}" is handed ${given} there.`,
    hint: ({ field }) => `take what is handed on: ${field}: z.object({ output: … })`,
  }),
  MS4011: entry<{ orchestras: readonly string[] }>({
    name: "trigger-circle",
    severity: "error",
    why: "Each run that ends begins the next one, and the last of them the first: one run would go round for ever.",
    message: ({ orchestras }) =>
      `Orchestras begin each other for ever: ${[...orchestras, orchestras[0]].map((one) => `"${one}"`).join(" waits for ")}.`,
    hint: () => "take one `runOf` away, or begin that one on a schedule",
  }),
  MS4012: entry<{ orchestra: string; secret: string; score: string; runs: readonly string[] }>({
    name: "secret-still-needed",
    severity: "error",
    why: "Runs keep the code that they began with, and not where its secrets come from: that is said by the orchestra as it was deployed last. A binding that is taken away while a run still has to open it makes that run fail.",
    message: ({ orchestra, secret, score, runs }) =>
      `Orchestra "${orchestra}" does not bind secret "${secret}" any more, which ${runs.length === 1 ? "a run" : `${runs.length} runs`} of score "${score}" still ${runs.length === 1 ? "needs" : "need"}: ${runs.slice(0, 3).join(", ")}.`,
    hint: () => "bind it until they have ended, or cancel them: maestro cancel <run>",
  }),
  MS4013: entry<{ orchestra: string; other: string }>({
    name: "trigger-never-comes",
    severity: "error",
    why: "Only orchestras that are the default export of a file in orchestras/ are deployed. One that is defined elsewhere never has a run that could end.",
    message: ({ orchestra, other }) =>
      `Orchestra "${orchestra}" waits for runs of "${other}", which is defined in no file of orchestras/.`,
    hint: ({ other }) =>
      other.startsWith("(")
        ? "give it an id, and export it by default from a file of orchestras/"
        : `export it by default from orchestras/${other}.ts`,
  }),
  MS4014: entry<{ orchestra: string; score: string; gap: string; usual: string; runs: number }>({
    name: "usually-overlapping",
    severity: "warning",
    why: "An orchestra that is due while its last run is under way skips that time, unless `schedule.overlap` says otherwise. When most runs so far took longer than the schedule gives them, that happens as a rule, so it should be said. `maestro plan` and `maestro deploy` look at the last completed runs for this; where waits alone are too long, `maestro validate` says so (MS4005).",
    message: ({ orchestra, score, gap, usual, runs }) =>
      `Orchestra "${orchestra}" can be due again after ${gap}, but half of the last ${runs} runs of "${score}" took ${usual} or more.`,
    hint: () => 'say what happens then: `schedule.overlap` is "skip", "queue", "replace" or "allow"',
  }),
};
