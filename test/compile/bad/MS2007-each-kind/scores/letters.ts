import { agent, branch, defineAgent, defineScore, defineTool, derive, fallback, gte, http, map, oneOf, reconstruct, switchOn, task, defineTask, text, wait } from "maestro-ts";
import { z } from "zod";

const Found = z.object({ n: z.number(), kind: z.enum(["a", "b"]), names: z.array(z.string()).max(5) });
const ring = defineTool({ name: "ring", description: "Rings a bell", input: z.object({}), run: () => "rung" });
const writer = defineAgent({ id: "writer", model: "local/llama", instructions: "Write.", input: z.object({}), output: Found, maxTokens: 100, timeout: "1m" });
const ringer = defineAgent({ id: "ringer", model: "local/llama", instructions: "Ring.", input: z.object({}), output: Found, tools: [ring], maxTokens: 100, timeout: "1m" });
const rebuild = defineTask({ id: "rebuild", input: Found, output: Found, run: ({ input }) => input });

const found = task({ output: Found, run: () => ({ n: 1, kind: "a" as const, names: [] }) });
// Nobody reads these.
const good = branch(gte(found.output.n, 1));
const kind = switchOn(found.output.kind);
const double = derive([found.output.n], (n) => n * 2);
const words = text`${found.output.n} found`;
const first = oneOf(found.output.names[0], "nobody");
const page = http({ url: "https://example.com/leads", response: Found });
const letter = agent(writer, { input: {} });
const letters = map({ over: found.output.names, maxItems: 5, each: () => agent(writer, { input: {} }) });
// Only the last of these two is named.
const half = derive([found.output.n], (n) => n / 2);
const quarter = derive([half], (n) => n / 2);
// These do something, or somebody uses them.
const pause = wait({ for: "1s" });
const ping = http({ url: "https://example.com/ping", after: [pause], response: z.object({}) });
const post = http({ method: "POST", url: "https://example.com/leads", response: z.object({}) });
const rung = agent(ringer, { input: {} });
const rings = map({ over: found.output.names, maxItems: 5, each: () => agent(ringer, { input: {} }) });
const spare = agent(writer, { input: {} });
const main = agent(writer, { input: {}, onFailure: fallback(spare) });
const source = agent(writer, { input: {} });
const built = task({ output: Found, run: () => ({ n: 1, kind: "a" as const, names: [] }), onFailure: reconstruct({ from: "source", with: rebuild }) });

export default defineScore({
  id: "letters",
  nodes: { found, good, kind, double, words, first, page, letter, letters, half, quarter, pause, ping, post, rung, rings, spare, main, source, built },
  output: { main: main.output.n },
  onError: () => ({ nodes: { told: http({ url: "https://example.com/failed", response: z.object({}) }), asked: agent(writer, { input: {} }) } }),
});
