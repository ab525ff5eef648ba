import { checkpoint, defineScore } from "maestro-ts";
import { z } from "zod";

const review = checkpoint({
  title: "Send these letters?",
  decision: z.object({ send: z.boolean() }),
  timeout: "never",
  onTimeout: "reject",
});

export default defineScore({ id: "letters", nodes: { review } });
