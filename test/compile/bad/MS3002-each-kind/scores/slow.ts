import { agent, checkpoint, branch, defineAgent, defineScore, gte, map, optional, task, wait } from "maestro-ts";
import { z } from "zod";

const out = z.object({ n: z.number(), names: z.array(z.string()).max(5) });
const run = () => ({ n: 1, names: [] });
const writer = defineAgent({ id: "writer", model: "local/llama", instructions: "Write.", input: z.object({}), output: out, maxTokens: 100, timeout: "2h" });

const once = task({ timeout: "90m", output: out, run });
const often = task({ timeout: "20m", retry: { attempts: 3, backoff: "10s", maxBackoff: "15s" }, output: out, run });
const letter = agent(writer, { input: {} });
const review = checkpoint({ title: "Send?", decision: z.object({ send: z.boolean() }), timeout: "24h", onTimeout: "reject" });
const long = wait({ for: "61m" });
const each = map({ over: once.output.names, maxItems: 5, each: () => task({ timeout: "2h", output: out, run }) });
// Two waits in a row, by way of a task; the third is only named by what comes before it.
const first = wait({ for: "40m" });
const between = task({ after: [first], output: out, run });
const second = wait({ for: "30m", after: [between] });
const third = wait({ for: "30m", after: [second] });
// In time; beside each other; not in every run.
const short = task({ timeout: "20m", retry: { attempts: 2 }, output: out, run });
const own = agent(writer, { input: {}, timeout: "10m" });
const beside = wait({ for: "40m" });
const good = branch(gte(once.output.n, 1));
const sometimes = wait({ for: "40m", when: good.yes });
const rest = wait({ for: "40m", after: [sometimes], onSkip: "run" });

export default defineScore({
  id: "slow",
  nodes: { once, often, letter, review, long, each, first, between, second, third, short, own, beside, good, sometimes, rest },
  output: { letter: letter.output.n, own: own.output.n, at: optional(rest.output) },
  timeout: "1h",
});
