import { checkpoint, defineScore, task } from "maestro-ts";
import { z } from "zod";

const text = task({
  input: {},
  output: z.object({ body: z.string() }),
  run: () => ({ body: "All is well." }),
});
const review = checkpoint({
  title: "Publish?",
  show: text.output,
  decision: z.object({ ok: z.boolean() }),
  timeout: "24h",
  onTimeout: "reject",
});

export default defineScore({ id: "report", nodes: { text, review }, output: review.output });
