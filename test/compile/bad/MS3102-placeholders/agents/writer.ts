import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: `You write to {{company}}, in {{ langage }}, about {product}.
Not of the input: {tone}. Its code: \`{{greeting}}\`, and \`{{product}}\`.`,
  input: z.object({ company: z.string(), product: z.string(), language: z.string() }),
  output: z.object({ text: z.string() }),
  maxTokens: 500,
});
