import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "writer",
  model: "fast",
  fallback: ["local/priced", "local/other"],
  instructions: "You write.",
  input: z.object({}),
  output: z.object({ text: z.string() }),
  maxTokens: 2_000,
  budget: { perRunUsd: 0.02 },
  timeout: "1m",
});
