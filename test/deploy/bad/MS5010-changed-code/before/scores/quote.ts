import { checkpoint, defineScore, task } from "maestro-ts";
import { z } from "zod";

const price = task({ input: {}, output: z.number(), run: () => 40 });
const review = checkpoint({
  title: "Offer it?",
  show: price.output,
  decision: z.object({ ok: z.boolean() }),
  timeout: "24h",
  onTimeout: "reject",
});

export default defineScore({ id: "quote", nodes: { price, review }, output: review.output });
