import { agent, defineAgent, defineScore, defineTool, http, input, secret, task, text } from "maestro-ts";
import { z } from "zod";

interface Part {
  title: string;
  parts: Part[];
}
const Part: z.ZodType<Part> = z.object({
  title: z.string(),
  get parts() {
    return z.array(Part);
  },
});
const Event = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("mail"), from: z.email(), subject: z.string() }),
  z.object({ kind: z.literal("call"), number: z.string() }),
]);
const Brief = z.object({
  company: z.string().min(1).max(80),
  site: z.url().optional(),
  tone: z.enum(["warm", "dry"]).default("warm"),
  tags: z.array(z.string()),
  notes: z.array(z.object({ text: z.string(), by: z.string().optional() })).max(3),
  events: z.array(Event),
  outline: Part,
  since: z.iso.datetime(),
  facts: z.record(z.string(), z.string()),
  raw: z.unknown(),
  owner: z.object({ name: z.string(), mail: z.string().nullable() }).optional(),
  count: z.int().min(1),
});
const Letter = z.object({
  letter: z.string(),
  outline: Part,
  tone: z.union([z.literal("warm"), z.literal("dry")]),
  remark: z.string().nullable(),
  language: z.string().default("English"),
  sources: z.array(z.object({ title: z.string(), url: z.url().optional() })),
});
const limits = { maxTokens: 2_000, timeout: "2m" } as const;

const find = defineTool({
  name: "find",
  description: "Finds a company",
  input: z.object({ name: z.string() }),
  effects: false,
  run: ({ input }) => ({ key: "sk-...", name: input.name, hash: "da39a3ee5e6b4b0d3255bfef95601890afd80709" }),
});

const outlineOf = ({ title, parts }: Part): string => [title, ...parts.map((part) => part.title)].join(": ");

/** Reads everything that can be read, in the ways people read it. */
const thorough = defineAgent({
  id: "thorough",
  model: "anthropic/claude-sonnet",
  instructions: ({ company, site, tags, notes, ...rest }) => {
    const host = site === undefined ? "no site" : new URL(site).hostname;
    const lines = notes.map((note) => `- ${note.text}${note.by ? ` (${note.by})` : ""}`);
    for (const event of rest.events)
      lines.push(event.kind === "mail" ? `${event.from}: ${event.subject}` : event.number);
    for (const [name, fact] of Object.entries(rest.facts)) lines.push(`${name}: ${fact}`);
    if (rest.count > 1) lines.push("x".repeat(rest.count));
    return [
      `You write to ${company.toUpperCase()} (${host}), since ${new Date(rest.since).toISOString()}.`,
      `Tags: ${tags}; tone: ${rest.tone}. Ask ${rest.owner?.name ?? "nobody"}, ${rest.owner?.mail ?? "nowhere"}.`,
      outlineOf(rest.outline),
      ...lines,
      JSON.stringify(rest.raw),
    ].join("\n");
  },
  input: Brief,
  output: Letter,
  tools: [find, "github/search"],
  ...limits,
});
const whole = defineAgent({
  id: "whole",
  model: "local/llama",
  instructions: (input) => `You are given ${JSON.stringify(input, null, 2)}. ${"tone" in input ? "Mind the tone." : ""}`,
  input: Brief,
  output: Letter,
  ...limits,
});
/** Says of code what it looks like: nothing here waits to be filled. */
const plain = defineAgent({
  id: "plain",
  model: "fast",
  instructions: `Answer as JSON, {"letter": "…"}, and leave \`{{name}}\` and \`\${name}\` as they are.
Expand \${HOME} nowhere. A set is {tone, company}; a function is {}. Tokens such as sk-... or Bearer <token> are left out.`,
  input: Brief,
  output: z.object({ letter: z.string() }),
  ...limits,
});

const brief = input(Brief);
const first = agent(thorough, { input: brief });
const second = agent(whole, { input: brief });
const third = agent(plain, { input: brief });
const sent = http({
  method: "POST",
  url: text`https://crm.example.com/letters/${brief.company}`,
  headers: { authorization: text`Bearer ${secret("CRM_KEY")}`, "x-run": "0b6f3d1e-7c7a-4f0e-9d52-3f7f5f0f7a11" },
  body: { company: brief.company },
  response: z.object({ id: z.string() }),
  idempotent: true,
  retry: { attempts: 3 },
});
const done = task({
  input: { id: sent.output.id },
  output: z.object({ url: z.string() }),
  run: ({ input }) => ({ url: `postgres://postgres:postgres@localhost/${input.id}` }),
});

export default defineScore({
  id: "asking",
  input: brief,
  nodes: { first, second, third, sent, done },
  output: { letters: [first.output.letter, second.output.letter, third.output.letter], at: done.output.url },
});
