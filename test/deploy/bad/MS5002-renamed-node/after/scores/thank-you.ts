import { checkpoint, defineScore, task } from "maestro-ts";
import { z } from "zod";

const letter = task({ input: {}, output: z.string(), run: () => "Dear Ada" });
const review = checkpoint({
  title: "Send it?",
  show: letter.output,
  decision: z.object({ ok: z.boolean() }),
  timeout: "24h",
  onTimeout: "reject",
});

export default defineScore({ id: "thank-you", nodes: { letter, review }, output: review.output });
