import { defineAgent } from "maestro-ts";
import { z } from "zod";

export default defineAgent({
  id: "sorter",
  model: "anthropic/claude-sonnet",
  instructions: "You sort.",
  input: z.object({}),
  output: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("bug"), text: z.string() }),
    z.object({ kind: z.literal("idea"), title: z.string() }),
  ]),
  maxTokens: 500,
});
