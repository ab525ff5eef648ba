import { checkpoint, defineScore, task } from "maestro-ts";
import { z } from "zod";

const draft = task({ input: {}, output: z.string(), run: () => "Dear Ada" });
const review = checkpoint({
  title: "Send it?",
  show: draft.output,
  decision: z.object({ send: z.boolean() }),
  timeout: "24h",
  onTimeout: "reject",
});

export default defineScore({ id: "letter", nodes: { draft, review }, output: review.output.send });
