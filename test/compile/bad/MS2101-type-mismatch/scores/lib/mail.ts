import { defineAgent, defineTask } from "maestro-ts";
import { z } from "zod";

export const mail = defineTask({
  id: "mail",
  input: z.object({ to: z.string(), body: z.string(), tags: z.array(z.string()).max(5).optional() }),
  output: z.object({ sentAt: z.string() }),
  run: ({ input }) => ({ sentAt: input.body }),
});

export const writer = defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: "You write.",
  input: z.object({ n: z.number(), tone: z.enum(["warm", "dry"]) }),
  output: z.object({ text: z.string(), words: z.int(), notes: z.array(z.object({ line: z.number() })) }),
});
