import { agent, defineAgent, defineScore, defineTask, derive, http, input, map, score, shell, task } from "maestro-ts";
import { z } from "zod";
import other from "./other.ts";

const brief = input(z.object({ names: z.array(z.string()), few: z.array(z.string()).max(20) }));
const writer = defineAgent({ id: "writer", model: "local/llama", instructions: "Write.", input: z.object({}), output: z.object({ text: z.string() }), maxTokens: 100, timeout: "1m" });
const list = defineTask({ id: "list", input: z.object({}), output: z.object({ urls: z.array(z.string()) }), run: () => ({ urls: [] }) });

const listed = task(list, { input: {} });
const drafts = map({ over: brief.names, maxItems: 1_000, each: () => agent(writer, { input: {} }) });
const pages = map({ over: listed.output.urls, maxItems: 50, each: (url) => http({ url, response: z.object({ names: z.array(z.string()) }) }) });
const runs = map({ over: listed.output.urls, maxItems: 50, each: (url) => shell({ command: ["echo", url] }) });
// Deep inside; the inner one says how many.
const nested = map({
  over: brief.names,
  maxItems: 100,
  each: () => map({ over: listed.output.urls, maxItems: 50, concurrency: 2, each: () => score(other, { input: {} }) }),
});
// The list has an end, how many are under way is said, they are few, nobody else is asked, or nobody knows.
const ended = map({ over: brief.few, maxItems: 20, each: () => agent(writer, { input: {} }) });
const limited = map({ over: brief.names, maxItems: 1_000, concurrency: 4, each: () => agent(writer, { input: {} }) });
const few = map({ over: brief.names, maxItems: 10, each: () => agent(writer, { input: {} }) });
const own = map({ over: brief.names, maxItems: 1_000, each: () => task(list, { input: {} }) });
const unknown = map({ over: derive([brief.names], (names) => names), maxItems: 1_000, each: () => agent(writer, { input: {} }) });

export default defineScore({
  id: "leads",
  input: brief,
  nodes: { listed, drafts, pages, runs, nested, ended, limited, few, own, unknown },
  output: { texts: [drafts.output, ended.output, limited.output, few.output, unknown.output, pages.output] },
});
