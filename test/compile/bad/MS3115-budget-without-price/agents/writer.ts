import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "writer",
  model: "local/llama",
  instructions: "You write.",
  input: z.object({}),
  output: z.object({ text: z.string() }),
  maxTokens: 2_000,
  budget: { perCallUsd: 0.02 },
});
