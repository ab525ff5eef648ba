import { defineAgent } from "maestro-ts";
import { z } from "zod";

const rules = ["Be short."];

export default defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: () => `You write letters. ${rules.join(" ")}`,
  input: z.object({ company: z.string() }),
  output: z.object({ text: z.string() }),
  maxTokens: 500,
});
