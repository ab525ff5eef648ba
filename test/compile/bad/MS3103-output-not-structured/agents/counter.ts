import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "counter",
  model: "anthropic/claude-sonnet",
  instructions: "You count what is said about each product.",
  input: z.object({ text: z.string() }),
  output: z.object({ counts: z.record(z.string(), z.number()) }),
  maxTokens: 2_000,
});
