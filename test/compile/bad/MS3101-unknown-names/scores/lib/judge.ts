import { defineAgent } from "maestro-ts";
import { z } from "zod";

/** Made in a library, and used by two scores: what is wrong with it is told once. */
export const judge = defineAgent({
  id: "judge",
  model: "openai/gpt-5",
  instructions: "You judge.",
  input: z.object({ value: z.string() }),
  output: z.object({ score: z.number() }),
  maxTokens: 500,
  timeout: "1m",
});
