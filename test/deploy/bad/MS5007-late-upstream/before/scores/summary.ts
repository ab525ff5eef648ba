import { checkpoint, defineScore, task } from "maestro-ts";
import { z } from "zod";

const text = task({ input: { style: "short" }, output: z.string(), run: ({ input }) => input.style });
const review = checkpoint({
  title: "Good?",
  show: text.output,
  decision: z.object({ ok: z.boolean() }),
  timeout: "24h",
  onTimeout: "reject",
});

export default defineScore({ id: "summary", nodes: { text, review }, output: review.output });
