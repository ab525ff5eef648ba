import { checkpoint, defineScore, task } from "maestro-ts";
import { z } from "zod";

const draft = task({ input: {}, output: z.string(), run: () => "Dear Ada" });
const review = checkpoint({
  title: "Send it?",
  show: draft.output,
  decision: z.object({ ok: z.boolean() }),
  timeout: "24h",
  onTimeout: "reject",
});

export default defineScore({ id: "thank-you", nodes: { draft, review }, output: review.output });
