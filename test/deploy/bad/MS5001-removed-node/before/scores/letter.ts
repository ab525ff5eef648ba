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
const sent = task({
  input: { letter: draft.output, send: review.output.send },
  output: z.string(),
  run: ({ input }) => (input.send ? `sent: ${input.letter}` : "kept"),
});

export default defineScore({ id: "letter", nodes: { draft, review, sent }, output: sent.output });
