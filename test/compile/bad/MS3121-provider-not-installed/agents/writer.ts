import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "writer",
  model: "groq/llama-4",
  fallback: ["local/llama", "fast", "groq/llama-3"],
  instructions: "You write short letters.",
  input: z.object({ company: z.string() }),
  output: z.object({ letter: z.string() }),
  maxTokens: 500,
  timeout: "1m",
});
