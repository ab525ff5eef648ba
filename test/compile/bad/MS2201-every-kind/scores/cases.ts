import { agent, checkpoint, defineAgent, defineScore, http, input, loop, eq, switchOn, task } from "maestro-ts";
import { z } from "zod";

const Kind = z.enum(["bug", "refund"]);
const sorter = defineAgent({
  id: "sorter",
  model: "anthropic/claude-sonnet", maxTokens: 500, timeout: "1m",
  instructions: "You sort.",
  input: z.object({ text: z.string() }),
  output: z.object({ kind: Kind }),
});
const rest = { output: z.object({ ok: z.boolean() }), run: () => ({ ok: true }) };

const brief = input(z.object({ text: z.string() }));
const sorted = agent(sorter, { input: { text: brief.text } });
const fetched = http({ url: "https://crm.example.com/kind", response: z.object({ kind: Kind.nullable() }) });
const asked = checkpoint({ title: "Which?", decision: z.object({ kind: Kind }), timeout: "1h", onTimeout: "reject" });

const bySorted = switchOn(sorted.output.kind);
const byFetched = switchOn(fetched.output.kind);
const byAsked = switchOn(asked.output.kind);
const one = task({ when: bySorted.is("bgu" as never), ...rest });
const two = task({ when: bySorted.is("refund"), ...rest });
const three = task({ when: byFetched.is("refnd" as never), ...rest });
const four = task({ when: byAsked.is("refnd" as never), ...rest });
const turned = loop({
  state: z.object({ kind: Kind }),
  start: { kind: "bug" },
  max: 2,
  each: (state) => {
    const byState = switchOn(state.kind);
    const inner = task({ when: byState.is("bugg" as never), ...rest });
    return { nodes: { byState, inner }, next: { kind: "refund" }, until: eq(state.kind, "refund") };
  },
});

export default defineScore({
  id: "cases",
  input: brief,
  nodes: { sorted, fetched, asked, bySorted, byFetched, byAsked, one, two, three, four, turned },
});
