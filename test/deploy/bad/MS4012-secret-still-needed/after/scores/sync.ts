import { checkpoint, defineScore, task } from "maestro-ts";
import { z } from "zod";

const start = checkpoint({
  title: "Begin?",
  decision: z.object({ ok: z.boolean() }),
  timeout: "24h",
  onTimeout: "reject",
});
const sent = task({ after: [start], input: {}, output: z.number(), run: () => 0 });

export default defineScore({ id: "sync", nodes: { start, sent }, output: sent.output });
