import { agent, defineAgent, defineScore, map, task } from "maestro-ts";
import { z } from "zod";
import writer from "../agents/writer.ts";

const reader = defineAgent({
  id: "reader",
  model: "anthropic/claude-sonnet",
  instructions: "You read.",
  input: z.object({}),
  output: z.object({ text: z.string() }),
  timeout: "1m",
});
const names = task({ output: z.array(z.string()), run: () => ["Ada"] });
const letters = map({ over: names.output, maxItems: 3, each: () => agent(writer, { input: {} }) });
const timed = agent(writer, { input: {}, timeout: "30s" });
const read = agent(reader, { input: {} });

export default defineScore({ id: "letters", nodes: { names, letters, timed, read } });
