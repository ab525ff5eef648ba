import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: "You write a letter to {{company}}.",
  input: z.object({ company: z.string() }),
  output: z.object({ letter: z.string() }),
  maxTokens: 2_000,
});
