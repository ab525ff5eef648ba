import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "writer",
  model: "antropic/claude-sonnet",
  fallback: ["fast", "fats", "local/lama", "anthropic"],
  instructions: "You write.",
  input: z.object({}),
  output: z.object({ text: z.string() }),
  tools: ["github/search", "github/serch", "gitlab/search", "issues", "files/read"],
  maxTokens: 500,
});
