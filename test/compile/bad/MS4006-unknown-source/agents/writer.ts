import { defineAgent, defineTool } from "maestro-ts";
import { z } from "zod";

const search = defineTool({ name: "search", descripton: "Finds", description: "Finds", input: z.object({}), run: () => 1 } as never);

export default defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: "You write.",
  input: z.object({}),
  output: z.object({ text: z.string() }),
  tools: [search],
  maxToken: 500,
  budget: { perCallUSD: 0.5, perCallUsd: 0.5 },
} as never);
