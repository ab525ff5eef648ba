import { defineAgent } from "maestro-ts";
import { z } from "zod";
import { none } from "./lib/skills.ts";

export default defineAgent({
  id: "reader",
  model: "local/llama",
  instructions: "You read.",
  input: z.object({}),
  output: z.object({ text: z.string() }),
  skills: none as never,
  maxTokens: 500,
  timeout: "1m",
});
