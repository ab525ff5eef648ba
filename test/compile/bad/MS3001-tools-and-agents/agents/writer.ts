import { defineAgent, defineTool } from "maestro-ts";
import { z } from "zod";

const search = defineTool({ name: "search web", description: "", input: z.object({}), run: () => 1 });
const again = defineTool({ name: "find", description: "Finds", input: z.object({}), run: () => 1 });
const twice = defineTool({ name: "find", description: "Finds too", input: "text" as never, run: 1 as never });

const loose = defineTool({
  name: "loose",
  description: "Does it",
  input: z.object({}),
  constraints: { " ": () => true, "it is small": 3 as never },
  secrets: ["NOT A NAME"],
  timeout: "soon" as "1s",
  maxResultKb: 4_000,
  run: () => 1,
});
const strict = defineTool({
  name: "strict",
  description: "Does it",
  input: z.object({}),
  constraints: ["never"] as never,
  secrets: "KEY" as never,
  run: () => 1,
});

export default defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  fallback: ["anthropic/claude-haiku", "anthropic/claude-sonnet"],
  instructions: " ",
  input: z.object({}),
  output: undefined as never,
  tools: [search, again, twice, {} as never, loose, strict],
  temperature: 3,
  maxTurns: 0,
  maxTokens: 1.5,
  budget: { perCallUsd: 0 },
  timeout: "2 minutes" as "2m",
});
