import { entry } from "../entry.ts";

/** MR2050, MR3069, MR3086 to MR3088: runs in which nobody outside is asked. */
export const understudies = {
  MR2050: entry<{ run: string; why: string }>({
    name: "nothing-to-record",
    severity: "error",
    why: "A cassette holds what models, tools, requests and programs answered in a run. A rehearsal, a run that is still under way and one of an earlier version have no such answers.",
    message: ({ run, why }) => `Run ${run} cannot be recorded: ${why}.`,
    hint: () => "play the score once more, then: maestro record <run>",
  }),
  MR3069: entry<{ what: string; step: string }>({
    name: "not-scripted",
    severity: "error",
    isFinal: true,
    why: "A run that a test plays by `maestro-ts/testing` asks nobody outside. What the test gives no answer for is an error, not a call that is really made.",
    message: ({ what, step }) => `The test has no answer for ${what} at step "${step}".`,
    hint: () => "give play() one: in `models`, `tools` or `services`",
  }),
  MR3086: entry<{ file: string; what: string; step: string; changed: readonly string[] }>({
    name: "not-on-cassette",
    severity: "error",
    isFinal: true,
    why: "A run that is played from a cassette asks nobody outside. A call is found by the agent's revision (its model, instructions, output schema and tools) and by what was said before; when one of them has changed, what was recorded is no answer to it any more.",
    message: ({ file, what, step, changed }) =>
      changed.length === 0
        ? `The cassette ${file} has no call by ${what} at step "${step}".`
        : `The cassette ${file} is stale for ${what} at step "${step}": ${changed.join(", ")} changed since it was recorded.`,
    hint: ({ file }) => `look at whether that is meant, then record again: maestro test --update ${file}`,
  }),
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
