import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "reader",
  model: "azure/gpt",
  instructions: "You write.",
  input: z.object({}),
  output: z.object({
    text: z.string(),
    note: z.string().optional(),
    tone: z.string().nullable(),
    language: z.string().default("English"),
    parts: z.array(z.object({ text: z.string(), why: z.string().optional() })),
  }),
  maxTokens: 500,
});
