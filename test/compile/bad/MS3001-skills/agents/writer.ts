import { defineAgent, defineTool } from "maestro-ts";
import { z } from "zod";
import { none, odd, other } from "./lib/skills.ts";

const look = defineTool({ name: "look", description: "Looks elsewhere", input: z.object({}), run: () => 1 });

export default defineAgent({
  id: "writer",
  model: "local/llama",
  instructions: "You write.",
  input: z.object({}),
  output: z.object({ text: z.string() }),
  tools: [look],
  skills: [odd, other, none, odd, "citing" as never],
  maxTokens: 500,
  timeout: "1m",
});
