import { defineAgent } from "maestro-ts";
import { z } from "zod";

const Lead = z.object({ company: z.string(), site: z.url().optional() });

export default defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: (input: any) => `You write to ${input.compny}.
The lead is ${input.lead}, at ${input.lead.adress}, ${new URL(input.lead.site ?? "https://example.com").host}.
Notes: ${input.note}. Others: ${input.others}.
Tags: ${input.tags.join(", ")}. Tone: ${input.tone ?? "warm"}. All of it: ${JSON.stringify(input.lead)}.`,
  input: z.object({
    company: z.string(),
    lead: Lead,
    others: z.array(Lead),
    note: z.string().optional(),
    tone: z.string().optional(),
    tags: z.array(z.string()),
  }),
  output: z.object({ text: z.string() }),
  maxTokens: 500,
});
