import { appendFileSync } from "node:fs";
import { z } from "zod";
import { agent, defineAgent, defineScore, defineTool, input } from "../../src/index.ts";

const given = input(z.object({ ledger: z.string() }));

const add = defineTool({
  name: "add",
  description: "Adds",
  input: z.object({ a: z.number(), b: z.number() }),
  output: z.number().max(100),
  constraints: { "numbers are not negative": ({ a, b }) => a >= 0 && b >= 0 },
  secrets: ["KEY"],
  maxResultKb: 1,
  run: ({ input: { a, b }, secrets, idempotencyKey }) =>
    a === 0 ? `${secrets.KEY} ${idempotencyKey}` : a + b,
});

const hang = defineTool({
  name: "hang",
  description: "Hangs",
  input: z.object({}),
  timeout: "200ms",
  run: ({ signal }) =>
    new Promise((_resolve, reject) => {
      const timer = setInterval(() => undefined, 1_000);
      signal.addEventListener("abort", () => {
        clearInterval(timer);
        reject(signal.reason);
      });
    }),
});

const leave = defineTool({
  name: "leave",
  description: "Ends its process, once it has done something",
  input: z.object({ ledger: z.string() }),
  effects: true,
  run({ input: { ledger } }) {
    appendFileSync(ledger, "left\n");
    process.exit(1);
  },
});

const clerk = defineAgent({
  id: "clerk",
  model: "local/m",
  instructions: "You use tools.",
  input: z.object({ ledger: z.string() }),
  output: z.string(),
  tools: [add, hang, leave],
});

const asked = agent(clerk, { input: { ledger: given.ledger }, retry: { attempts: 3, backoff: "1ms" } });

export const scores = {
  tools: defineScore({ id: "tools", input: given, nodes: { asked }, output: asked.output }),
};
