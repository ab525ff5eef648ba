import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "reader",
  model: "anthropic/claude-sonnet",
  instructions: "You read.",
  input: z.object({}),
  output: z.object({ text: z.string() }),
  maxTokens: 500,
});
