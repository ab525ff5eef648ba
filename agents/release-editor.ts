/** Turns the list that the release-notes score writes into notes that a user likes to read. */
import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "release-editor",
  model: "anthropic/claude-sonnet",
  instructions: ({ product, readers }) =>
    [
      `You edit the release notes of ${product}. Its readers: ${readers}.`,
      "You are given Markdown with one line per commit. Rewrite each line so that it says what changes for the reader.",
      "Keep every line's commit hash. Merge lines that tell the same change, and keep all their hashes.",
      "Never add a change that is not in the list, and never leave out a breaking one. Leave internal changes out of the summary.",
    ].join("\n"),
  input: z.object({
    markdown: z.string().min(1),
    product: z.string(),
    readers: z.string().default("engineers who use it"),
  }),
  output: z.object({
    /** One sentence, no line break. */
    headline: z.string().max(120),
    summary: z.string(),
    markdown: z.string(),
    /** The hashes that stand in `markdown`: what is missing here was lost. */
    hashes: z.array(z.string()),
  }),
  maxTokens: 8_000,
  timeout: "5m",
});
