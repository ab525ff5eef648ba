import { didYouMean, entry, listed } from "../entry.ts";

/** MR209x: what is said about checkpoints that ask for yes or no. */
export const history = {
  MR2091: entry<{ run: string; step: string }>({
    name: "not-yes-or-no",
    severity: "error",
    why: "`maestro approve` and `maestro reject` answer a checkpoint whose decision is true or false, or has one such field. Of another one only a person knows what yes would be.",
    message: ({ run, step }) => `"${step}" of run ${run} asks for more than yes or no.`,
    hint: ({ run, step }) => `say what: maestro decide ${run} ${step} --input …`,
  }),
  MR2092: entry<{ which: string | undefined; open: readonly string[]; guess: string | undefined }>({
    name: "no-such-checkpoint",
    severity: "error",
    why: "A checkpoint is named by its run, or by its own name while it is open in one run only.",
    message: ({ which, open }) => {
      const there = open.length === 0 ? "no checkpoint is open" : `open are ${listed(open)}`;
      return which === undefined
        ? `There is nothing to decide: ${there}.`
        : `"${which}" is neither a run nor an open checkpoint: ${there}.`;
    },
    hint: ({ guess }) => didYouMean(guess) ?? "list them with: maestro checkpoints",
  }),
  MR2093: entry<{ verb: string; open: readonly string[] }>({
    name: "which-checkpoint",
    severity: "error",
    why: "Who says yes means one thing. When several are open, nothing is decided until it is clear which one that is.",
    message: ({ open }) =>
      `${open.length} open checkpoints could be meant:\n${open
        .slice(0, 8)
        .map((one) => `  ${one}`)
        .join("\n")}${open.length > 8 ? "\n  …" : ""}`,
    hint: ({ verb, open }) => `name its run and step: maestro ${verb} ${open[0]}`,
  }),
};
