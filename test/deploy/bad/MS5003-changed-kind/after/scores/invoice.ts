import { checkpoint, defineScore, wait } from "maestro-ts";
import { z } from "zod";

const total = wait({ for: "1h" });
const review = checkpoint({
  title: "Right?",
  show: total.output,
  decision: z.object({ ok: z.boolean() }),
  timeout: "24h",
  onTimeout: "reject",
});

export default defineScore({ id: "invoice", nodes: { total, review }, output: review.output });
