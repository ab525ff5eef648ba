import { checkpoint, defineScore } from "maestro-ts";
import { z } from "zod";

const review = checkpoint({
  title: "Which letters are to be changed?",
  decision: z.object({
    send: z.boolean(),
    changes: z.array(z.object({ to: z.string(), text: z.string() })),
  }),
  timeout: "24h",
  onTimeout: "reject",
});

export default defineScore({ id: "letters", nodes: { review } });
