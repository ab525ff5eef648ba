import { checkpoint, defineScore, defineTask, task } from "maestro-ts";
import { z } from "zod";

const send = defineTask({
  id: "send",
  input: z.object({}),
  output: z.number(),
  secrets: ["CRM_KEY"],
  run: ({ secrets }) => secrets.CRM_KEY.length,
});
const start = checkpoint({
  title: "Begin?",
  decision: z.object({ ok: z.boolean() }),
  timeout: "24h",
  onTimeout: "reject",
});
const sent = task(send, { after: [start], input: {} });

export default defineScore({ id: "sync", nodes: { start, sent }, output: sent.output });
