import { agent, defineAgent, defineScore } from "maestro-ts";
import { z } from "zod";

const writer = defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: "You write a letter.",
  input: z.object({ company: z.string() }),
  output: z.object({ letter: z.string() }),
  maxTokens: 2_000,
});
const letter = agent(writer, { input: { company: "Acme" } });

export default defineScore({ id: "letters", nodes: { letter }, output: letter.output });
