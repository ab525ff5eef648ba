import { checkpoint, defineScore, task } from "maestro-ts";
import { z } from "zod";

const style = task({ input: {}, output: z.string(), run: () => "short" });
const text = task({ input: { style: style.output }, output: z.string(), run: ({ input }) => input.style });
const review = checkpoint({
  title: "Good?",
  show: text.output,
  decision: z.object({ ok: z.boolean() }),
  timeout: "24h",
  onTimeout: "reject",
});

export default defineScore({ id: "summary", nodes: { style, text, review }, output: review.output });
