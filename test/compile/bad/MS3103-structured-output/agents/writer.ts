import { defineAgent } from "maestro-ts";
import { z } from "zod";

const Section: z.ZodType<{ title: string; parts: unknown[] }> = z.object({
  title: z.string(),
  get parts() {
    return z.array(Section);
  },
}) as never;
let deep: z.ZodType = z.string();
for (let i = 0; i < 10; i++) deep = z.object({ inner: deep });

export default defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: "You write.",
  input: z.object({}),
  output: z.object({
    text: z.string(),
    note: z.string().optional(),
    meta: z.object({ raw: z.any(), kind: z.enum(["a", "b"]) }),
    counts: z.record(z.string(), z.number()),
    range: z.tuple([z.number(), z.number()]),
    leads: z.array(z.object({ name: z.string(), extra: z.unknown() })),
    open: z.looseObject({ a: z.string() }),
    section: Section,
    deep,
  }),
  maxTokens: 500,
});
