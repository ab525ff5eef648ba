import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "writer",
  model: "local/mistrel",
  instructions: "You write a letter.",
  input: z.object({ company: z.string() }),
  output: z.object({ letter: z.string() }),
  tools: ["github/find"],
  maxTokens: 2_000,
});
