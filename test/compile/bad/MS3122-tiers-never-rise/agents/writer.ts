import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "writer",
  tiers: ["local/small", "local/large"],
  instructions: "You write short letters.",
  input: z.object({ company: z.string() }),
  output: z.object({ letter: z.string() }),
  maxTokens: 500,
  timeout: "1m",
});
