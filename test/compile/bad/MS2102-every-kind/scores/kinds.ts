import { agent, artifact, checkpoint, defineAgent, defineScore, eq, http, input, loop, map, score, shell, task } from "maestro-ts";
import { z } from "zod";
import below from "./below.ts";

const writer = defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet", maxTokens: 500, timeout: "1m",
  instructions: "You write.",
  input: z.object({ topic: z.string() }),
  output: z.object({ text: z.string(), tone: z.string().nullable() }),
});
// biome-ignore lint/suspicious/noExplicitAny: what types would say is kept from them
const any = (value: unknown) => value as any;
const rest = { output: z.object({ ok: z.boolean() }), run: () => ({ ok: true }) };

const brief = input(z.object({ topic: z.string() }));
const letter = agent(writer, { input: { topic: any(brief).tpic } });
const leads = http({ url: "https://crm.example.com/leads", response: z.object({ leads: z.array(z.object({ name: z.string() })) }) });
const log = shell({ command: ["git", "log"] });
const asked = checkpoint({ title: "Go on?", decision: z.object({ send: z.boolean() }), timeout: "1h", onTimeout: "reject" });
const played = score(below, { input: {} });
const kept = artifact({ name: "letter", value: letter.output });
const turned = loop({
  state: z.object({ text: z.string() }),
  start: { text: "x" },
  max: 2,
  each: (state) => {
    const inner = task({ input: { value: any(state).txt }, ...rest });
    return { nodes: { inner }, next: { text: "y" }, until: eq(inner.output.ok, any(state).text) };
  },
});
const each = map({ over: leads.output.leads, maxItems: 3, each: (lead) => task({ input: { value: any(lead).nmae }, ...rest }) });

const shown = {
  one: task({ input: { value: any(letter.output).txet }, ...rest }),
  two: task({ input: { value: any(leads.output).lead }, ...rest }),
  three: task({ input: { value: any(log.output).stdot }, ...rest }),
  four: task({ input: { value: any(asked.output).sent }, ...rest }),
  five: task({ input: { value: any(played.output).cuont }, ...rest }),
  six: task({ input: { value: any(kept.output).textt }, ...rest }),
  seven: task({ input: { value: any(turned.output).tet }, ...rest }),
};

export default defineScore({
  id: "kinds",
  input: brief,
  nodes: { letter, leads, log, asked, played, kept, turned, each, ...shown },
  onError: (failure) => task({ input: { value: any(failure).mesage }, ...rest }),
});
