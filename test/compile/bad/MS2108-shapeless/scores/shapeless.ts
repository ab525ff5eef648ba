import { agent, checkpoint, defineAgent, defineScore, defineTask, eq, http, loop, task } from "maestro-ts";
import { z } from "zod";

const guess = defineTask({ id: "guess", input: z.object({}), output: z.any(), run: () => 1 });
const writer = defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: "You write.",
  input: z.object({}),
  output: z.unknown(),
});

const guessed = task(guess, { input: {} });
const again = task(guess, { input: {} });
const inline = task({ output: z.unknown().describe("whatever"), run: () => 1 });
const written = agent(writer, { input: {} });
const leads = http({ url: "https://crm.example.com/leads", response: z.any() });
const asked = checkpoint({ title: "Go on?", decision: z.any(), timeout: "never", onTimeout: "reject" });
const turned = loop({
  state: z.unknown(),
  start: 1,
  max: 2,
  each: () => {
    const ok = task({ output: z.object({ ok: z.boolean() }), run: () => ({ ok: true }) });
    return { nodes: { ok }, next: ok.output, until: eq(ok.output.ok, true) };
  },
});

export default defineScore({ id: "shapeless", nodes: { guessed, again, inline, written, leads, asked, turned } });
