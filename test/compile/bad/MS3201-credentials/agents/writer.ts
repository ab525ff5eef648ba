import { defineAgent, defineTool } from "maestro-ts";
import { z } from "zod";

const lookUp = defineTool({
  name: "look_up",
  description: "Finds a company",
  input: z.object({ name: z.string() }),
  run: ({ input }) => fetch(`https://crm.example.com/${input.name}`, { headers: { authorization: "Bearer KLzdocJ2isAjIhKtJ0RlgLKOmxgJTeKd" } }),
});

export default defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: (input) => `You write to ${input.company}. Open https://ada:NnFRIBXuDL7Dxt@wiki.example.com first.`,
  input: z.object({ company: z.string() }),
  output: z.object({ text: z.string() }),
  tools: [lookUp],
  maxTokens: 500,
});
