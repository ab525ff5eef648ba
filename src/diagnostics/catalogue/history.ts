import { didYouMean, entry, listed } from "../entry.ts";

/** MR2054, MR2055: backups. MR209x: checkpoints that ask for yes or no. */
export const history = {
  MR2054: entry<{ file: string; reason: string }>({
    name: "backup-not-made",
    severity: "error",
    why: "A backup is made under another name, checked page by page, and named only then: what has its name can be restored.",
    message: ({ file, reason }) => `The backup ${file} was not made: ${reason}.`,
    hint: () => "name a file that is not there yet, on a disk with room for the whole store",
  }),
  MR2055: entry<{ file: string; reason: string }>({
    name: "backup-not-restored",
    severity: "error",
    why: "What takes the place of the store is looked at as a whole before: a file of another program, a newer Maestro's or a damaged one would lose everything that is there.",
    message: ({ file, reason }) => `${file} cannot be restored: ${reason.replace(/\.$/, "")}.`,
    hint: () => "the store was not changed; make backups with: maestro backup",
  }),
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
