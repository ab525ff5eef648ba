import { agent, checkpoint, defineAgent, defineScore, input } from "maestro-ts";
import { z } from "zod";

const brief = input(z.object({ topic: z.string() }));
const titles = defineAgent({ id: "titles", model: "local/llama", instructions: "You write titles.", input: z.object({ topic: z.string() }), output: z.object({ title: z.string() }), maxTokens: 50, timeout: "30s" });
const draft = agent(titles, { input: { topic: brief.topic } });
const ask = checkpoint({ title: "Is it good?", show: draft.output, decision: z.object({ title: z.string() }), assignee: "team", timeout: "1d", onTimeout: "reject" });

export default defineScore({ id: "reviewed", input: brief, nodes: { draft, ask }, output: { title: draft.output.title, by: ask.output.title, topic: brief.topic } });
