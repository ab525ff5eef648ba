import { checkpoint, defineScore, task } from "maestro-ts";
import { z } from "zod";

const total = task({ input: {}, output: z.number(), run: () => 40 + 2 });
const review = checkpoint({
  title: "Right?",
  show: total.output,
  decision: z.object({ ok: z.boolean() }),
  timeout: "24h",
  onTimeout: "reject",
});

export default defineScore({ id: "invoice", nodes: { total, review }, output: review.output });
