import { checkpoint, defineScore } from "maestro-ts";
import { z } from "zod";

const answer = checkpoint({
  title: "How was it?",
  decision: z.object({ text: z.string() }),
  timeout: "24h",
  onTimeout: "reject",
});

export default defineScore({ id: "survey", nodes: { answer }, output: answer.output });
