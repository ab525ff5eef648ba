import { defineAgent, defineSkill, defineTool } from "maestro-ts";
import { z } from "zod";

const search = () =>
  defineTool({ name: "search", description: "Searches.", input: z.object({}), run: () => "found" });
const one = defineSkill({ id: "one", instructions: "Search.", tools: [search()] });
const two = defineSkill({ id: "two", instructions: "Search.", tools: [search()] });

export default defineAgent({
  id: (() => "nameless") as never,
  model: "local/llama",
  instructions: (input: { wish: string; colour?: string }) => `You help with ${input.colour}.`,
  input: z.object({ wish: z.string() }),
  output: z.object({ title: z.string() }),
  temperature: 99,
  maxTokens: 2_000,
  timeout: "2m",
  skills: [one, two],
});
