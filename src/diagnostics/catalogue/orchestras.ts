import { didYouMean, entry } from "../entry.ts";

const MOST_LISTED = 30;

/** MS40xx: orchestras and the configuration. */
export const orchestras = {
  MS4003: entry<{ orchestra: string; score: string; path: string; detail: string }>({
    name: "orchestra-input-invalid",
    severity: "error",
    why: "Every run of this orchestra would be refused.",
    message: ({ orchestra, score, path, detail }) =>
      `The input of orchestra "${orchestra}" does not fit score "${score}"${path ? ` at \`${path}\`` : ""}: ${detail}.`,
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
};
