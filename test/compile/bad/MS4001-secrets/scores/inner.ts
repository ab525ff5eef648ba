import { defineScore, defineTask, http, map, secret, task, text } from "maestro-ts";
import { z } from "zod";

const out = z.object({ ok: z.boolean() });
const book = defineTask({ id: "book", input: z.object({}), output: out, secrets: ["LEDGER_KEY"], run: () => ({ ok: true }) });
const names = task({ output: z.array(z.string()), run: () => ["a"] });
const each = map({
  over: names.output,
  maxItems: 3,
  each: () => http({ url: "https://crm.example.com", headers: { authorization: text`Bearer ${secret("CRM_KEY")}` }, response: out, timeout: "9s" }),
});
const booked = task(book, { input: {} });

export default defineScore({ id: "inner", nodes: { names, each, booked } });
