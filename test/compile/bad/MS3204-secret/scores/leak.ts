import { agent, artifact, branch, checkpoint, defineAgent, defineScore, derive, eq, fallback, http, loop, map, oneOf, secret, shell, task, text } from "maestro-ts";
import { z } from "zod";

const key = secret("CRM_KEY");
const bearer = text`Bearer ${key}`;
const out = z.object({ ok: z.boolean(), note: z.string() });
const run = () => ({ ok: true, note: "" });
const timeout = "30s";
const writer = defineAgent({ id: "writer", model: "local/llama", instructions: "You write.", input: z.object({ text: z.string() }), output: out });

// Where secrets may go: nothing is said.
const fetched = http({ method: "POST", url: "https://crm.example.com/leads", headers: { authorization: bearer }, query: { key }, body: { key: derive([key], (k) => k.slice(1)) }, response: out, timeout });
const synced = shell({ command: ["sync"], env: { KEY: oneOf(key, "none") }, stdin: bearer, timeout });

const given = task({ input: { header: bearer }, output: out, run });
const told = agent(writer, { input: { text: text`Use ${bearer}, or ${secret("OTHER")}` }, timeout });
const kept = artifact({ name: "key", value: key });
const asked = checkpoint({ title: bearer, show: { deep: { list: [key] } }, decision: out, timeout: "1h", onTimeout: "reject" });
const listed = map({ over: derive([key], (k) => [k]), maxItems: 2, each: (part) => task({ input: { part }, output: out, run }) });
const turns = loop({
  state: out,
  start: { ok: false, note: key },
  max: 2,
  each: (state) => {
    const step = task({ input: { state }, output: out, run });
    return { nodes: { step }, next: { ok: step.output.ok, note: bearer }, until: eq(key, state.note) };
  },
});
const same = branch(eq(key, "x"));
const guarded = task({ when: eq(given.output.note, key), output: out, run, onFailure: fallback({ ok: false, note: key }) });
const called = http({ url: text`https://crm.example.com/${key}`, response: out, timeout });
const script = shell({ script: text`curl -H "${bearer}" https://crm.example.com`, timeout });
const command = shell({ command: ["curl", "-u", key], timeout });

export default defineScore({
  id: "leak",
  nodes: { fetched, synced, given, told, kept, asked, listed, turns, same, guarded, called, script, command },
  output: { key, ok: given.output.ok },
});
