/** Says how well release notes read to somebody who knows the product and not its code. */
import { defineAgent } from "maestro-ts";
import { z } from "zod";
import { EditedNotes } from "../scores/lib/edited-notes.ts";

export default defineAgent({
  id: "release-judge",
  model: "small",
  instructions: [
    "You judge release notes for the people who use a product, from 0, useless, to 1, as good as they can be.",
    "Good notes say what changes for the reader and what has to be done, in plain words, without names of files or functions.",
    "Say in `why` the one thing that would make them better.",
  ].join("\n"),
  input: z.object({ value: EditedNotes }),
  output: z.object({ score: z.number().min(0).max(1), why: z.string() }),
  maxTokens: 1_000,
  budget: { perCallUsd: 0.1 },
  timeout: "1m",
});
