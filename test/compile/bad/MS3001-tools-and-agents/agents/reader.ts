import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "reader",
  model: 3 as never,
  fallback: "fast" as never,
  instructions: ["You read."] as never,
  input: z.object({}),
  output: z.object({ text: z.string() }),
  tools: "github/search" as never,
  budget: 3 as never,
  maxTokens: 500,
});
