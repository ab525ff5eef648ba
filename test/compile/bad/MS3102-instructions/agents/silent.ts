import { defineAgent } from "maestro-ts";
import { z } from "zod";

/** Throws for what it is tried with, so nothing is said about it. */
export default defineAgent({
  id: "silent",
  model: "anthropic/claude-sonnet",
  instructions: (input: any) => {
    if (input.code !== "RIGHT") throw new Error("wrong code");
    return `${input.nothing}`;
  },
  input: z.object({ code: z.string() }),
  output: z.object({ text: z.string() }),
  maxTokens: 500,
});
