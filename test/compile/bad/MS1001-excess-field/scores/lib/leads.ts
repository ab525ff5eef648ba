import { defineTask } from "maestro-ts";
import { z } from "zod";

export const findLeads = defineTask({
  id: "find-leads",
  input: z.object({ profile: z.string(), max: z.number().optional(), tags: z.array(z.string()).optional() }),
  output: z.object({
    leads: z.array(z.object({ name: z.string() })),
    quality: z.number(),
    kind: z.enum(["bug", "refund"]),
    note: z.string().optional(),
  }),
  run: ({ input }) => ({ leads: [{ name: input.profile }], quality: 1, kind: "bug" }),
});
