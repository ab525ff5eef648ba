import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "reader",
  model: "anthropic/claude-sonnet",
  instructions: ({ titel, pages }: any) =>
    [`You read ${titel}.`, ...pages.map((page: any) => `Page ${page.number}: ${page.heading}, {{summary}}`)].join("\n"),
  input: z.object({
    title: z.string(),
    pages: z.array(z.object({ number: z.int(), heading: z.string().optional() })),
  }),
  output: z.object({ text: z.string() }),
  maxTokens: 500,
});
