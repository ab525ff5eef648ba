import { entry } from "../entry.ts";

/** MR3086 to MR3088: runs in which nobody outside is asked. */
export const understudies = {
  MR3087: entry<{ file: string; detail: string }>({
    name: "cassette-unreadable",
    severity: "error",
    isFinal: true,
    why: "A run that is played from a cassette asks nobody outside: without the file, or with one that Maestro has not written, there are no answers.",
    message: ({ file, detail }) => `The cassette ${file} cannot be played: ${detail}.`,
    hint: () => "record it again: maestro record <run>",
  }),
  MR3088: entry<{ field: string; why: string }>({
    name: "no-sample",
    severity: "error",
    isFinal: true,
    why: "A rehearsal answers with samples made from schemas. Some schemas say what fits in a way that no sample can be made from: a pattern that looks around, a range that holds nothing.",
    message: ({ field, why }) =>
      `No sample was found for ${field === "" ? "the answer" : `\`${field}\` of the answer`}: ${why}.`,
    hint: () => 'give the schema an example: .meta({ examples: ["…"] })',
  }),
};
