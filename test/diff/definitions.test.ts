import { expect, test } from "vitest";
import { FILES, makeRepository } from "./repository.ts";

const AGENT = "agents/writer.ts";
const WRITER = `import { defineAgent } from "maestro-ts";
import { z } from "zod";
import { manner } from "./lib/manner.ts";

export default defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: ({ company }) => ["You write letters to " + company + ".", "Be short.", manner].join("\\n"),
  input: z.object({ company: z.string(), tone: z.enum(["warm", "dry"]).default("dry") }),
  output: z.object({ letter: z.string(), subject: z.string() }),
});
`;
const ORCHESTRA = "orchestras/weekdays.ts";
const WEEKDAYS = `import { defineOrchestra } from "maestro-ts";
import leads from "../scores/leads.ts";

export default defineOrchestra({
  id: "weekdays",
  name: "Leads, weekdays",
  plays: leads,
  input: { profile: "founders" },
  schedule: { cron: "0 9 * * 1-5", timezone: "Europe/Berlin" },
});
`;
const ALL = {
  ...FILES,
  [AGENT]: WRITER,
  "agents/lib/manner.ts": 'export const manner = "Write English.";\n',
  [ORCHESTRA]: WEEKDAYS,
};

test("an agent's model and the lines of its instructions show, also those from another file", async () => {
  const repository = makeRepository(ALL);
  repository.edit(AGENT, "claude-sonnet", "claude-opus");
  repository.edit(AGENT, '"Be short.", ', '"Be brief.", "Be kind.", ');
  repository.edit("agents/lib/manner.ts", "English", "German");

  expect(await repository.changes()).toEqual([
    "review model: anthropic/claude-sonnet → anthropic/claude-opus",
    'review instructions: "Be short." → "Be brief."',
    'review instructions: "Write English." → "Be kind."',
    'review instructions: added "Write German."',
  ]);
});

test("an agent's schemas are compared field by field", async () => {
  const repository = makeRepository(ALL);
  repository.edit(AGENT, "company: z.string()", "company: z.string(), city: z.string()");
  repository.edit(AGENT, '"warm", "dry"]', '"warm", "dry", "wry"]');
  repository.edit(AGENT, ", subject: z.string()", "");

  expect(await repository.changes()).toEqual([
    "breaking input.city: new required field",
    "breaking output.subject: field removed",
    'safe input.tone: widened: also "wry"',
  ]);
});

const CAREFUL = WRITER.replace("import { defineAgent }", "import { defineAgent, defineTool }")
  .replace(
    "export default",
    `const find = defineTool({ name: "find", description: "Facts", input: z.object({ q: z.string() }), run: ({ input }) => input.q });

export default`,
  )
  .replace(
    /instructions: .*\n/,
    `instructions: \`You write letters.
Be short.
Write English.\`,
  fallback: ["fast"],
  tools: [find, "github/search"],
  temperature: 0.2,
  maxTurns: 4,
  maxTokens: 2_000,
  budget: { perCallUsd: 0.02 },
  timeout: "2m",
`,
  )
  .replace(/import \{ manner \}.*\n/, "");

test("an agent's models, tools, temperature, limits and budget show; more room is safe, more money is not", async () => {
  const repository = makeRepository({ ...ALL, [AGENT]: CAREFUL });
  repository.edit(AGENT, '["fast"]', '["fast", "local/llama"]');
  repository.edit(AGENT, '"github/search"', '"github/read"');
  repository.edit(AGENT, "temperature: 0.2", "temperature: 0.7");
  repository.edit(AGENT, "maxTurns: 4", "maxTurns: 6");
  repository.edit(AGENT, "maxTokens: 2_000", "maxTokens: 1_000");
  repository.edit(AGENT, "perCallUsd: 0.02", "perCallUsd: 0.05");
  repository.edit(AGENT, 'timeout: "2m"', 'timeout: "3m"');

  expect(await repository.changes()).toEqual([
    "review fallback: fast → fast, local/llama",
    "review temperature: 0.2 → 0.7",
    "review may call github/search no more",
    "review maxTokens: 2000 → 1000",
    "review budget.perCallUsd: 0.02 → 0.05",
    "review may call github/read now",
    "safe maxTurns: 4 → 6",
    "safe timeout: 2m → 3m",
  ]);
});

test("instructions that are plain text are compared line by line", async () => {
  const repository = makeRepository({ ...ALL, [AGENT]: CAREFUL });
  repository.edit(AGENT, "Be short.\nWrite English.", "Be brief.\nWrite English.\nBe kind.");

  expect(await repository.changes()).toEqual([
    'review instructions: "Be short." → "Be brief."',
    'review instructions: added "Be kind."',
  ]);
});

test("what a tool of an agent does is code, and what a schema tests besides its fields is told too", async () => {
  const repository = makeRepository({ ...ALL, [AGENT]: CAREFUL });
  repository.edit(AGENT, "=> input.q", "=> input.q.trim()");
  repository.edit(
    AGENT,
    "z.object({ letter: z.string()",
    "z.object({ letter: z.string().refine((text) => text !== '')",
  );

  expect(await repository.changes()).toEqual([
    "review output: its schema's code changed",
    "review code of its tools changed",
  ]);
});

test("an orchestra shows where its secrets come from, and what it does when it is due twice", async () => {
  const bound = WEEKDAYS.replace("import { defineOrchestra }", "import { defineOrchestra, env }").replace(
    "  schedule:",
    '  secrets: { CRM_KEY: env("CRM_KEY"), OLD: env("OLD") },\n  schedule:',
  );
  const repository = makeRepository({ ...ALL, [ORCHESTRA]: bound });
  repository.edit(ORCHESTRA, 'env("CRM_KEY"), OLD: env("OLD")', 'env("CRM_KEY_EU")');
  repository.edit(ORCHESTRA, '"Europe/Berlin"', '"Europe/Berlin", overlap: "queue"');

  expect(await repository.changes()).toEqual([
    'review secrets.CRM_KEY: env("CRM_KEY") → env("CRM_KEY_EU")',
    'review secrets.OLD: removed (was env("OLD"))',
    'review schedule.overlap: added "queue"',
  ]);
});

test("an agent that is only formatted otherwise is no difference", async () => {
  const repository = makeRepository(ALL);
  repository.edit(AGENT, "({ company }) =>", "// whom\n  ({ company: who }) =>\n");
  repository.edit(AGENT, "+ company +", "+ who +");

  expect(await repository.changes()).toEqual([]);
});

test("an orchestra shows what it plays, when, with what, and what it is called", async () => {
  const repository = makeRepository({
    ...ALL,
    "scores/other.ts": FILES["scores/leads.ts"].replace('id: "leads"', 'id: "other"'),
  });
  repository.edit(ORCHESTRA, "../scores/leads.ts", "../scores/other.ts");
  repository.edit(ORCHESTRA, "0 9", "0 8");
  repository.edit(ORCHESTRA, "Leads, weekdays", "Leads");
  repository.edit(ORCHESTRA, '"founders"', '"founders", max: 5');

  expect(await repository.changes()).toEqual([
    "review plays: leads → other",
    'review schedule.cron: "0 9 * * 1-5" → "0 8 * * 1-5"',
    "review input.max: added 5",
    'safe name: "Leads, weekdays" → "Leads"',
  ]);
});

test("a change of a score is no change of the orchestras that play it", async () => {
  const repository = makeRepository(ALL);
  repository.edit("scores/leads.ts", "maxItems: 50", "maxItems: 60");

  expect((await repository.maestro("diff")).stdout).toContain("1 score changed: 1 safe\n");
});
