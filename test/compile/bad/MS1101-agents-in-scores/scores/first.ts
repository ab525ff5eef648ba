import { agent, defineAgent, defineScore } from "maestro-ts";
import { z } from "zod";

const writer = defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: "You write.",
  input: z.object({}),
  output: z.object({ text: z.string() }),
  maxTokens: 500,
  timeout: "1m",
});
const written = agent(writer, { input: {} });

export default defineScore({ id: "first", nodes: { written } });
