import { expect, test } from "vitest";
import { FILES, LEADS, LIB, makeRepository, SCORE } from "./repository.ts";

test("comments, formatting and names of locals are no difference", async () => {
  const repository = makeRepository(FILES);
  repository.edit(
    LIB,
    "const quality = (count: number) => (count > 3 ? 1 : 0);",
    "// well\nconst quality = (size: number)=>\n  size > 3 ? 1 : 0;",
  );
  repository.edit(SCORE, "/** Finds leads and drafts letters. */", "/* Leads. */\n\n");

  const { code, stdout } = await repository.maestro("diff");

  expect(stdout).toBe("HEAD → the working tree\n\nno differences\n");
  expect(code).toBe(0);
});

test("a literal that is bound shows what it was and what it is", async () => {
  const repository = makeRepository(FILES);
  repository.edit(SCORE, "max: 20 }, timeout", "max: 50 }, timeout");

  expect(await repository.changes()).toEqual(["review found input.max: 20 → 50"]);
});

test("a reference in the place of a literal shows, and so does whom a node reads now", async () => {
  const repository = makeRepository(FILES);
  repository.edit(SCORE, "max: 20 }, timeout", "max: brief.max }, timeout");
  repository.edit(SCORE, "input: { leads: found.output.leads } });", "input: { leads: [] } });");

  expect(await repository.changes()).toEqual([
    "review found input.max: 20 → input.max",
    "review enriched input.leads: found.output.leads → []",
    "review enriched reads found no more",
  ]);
});

test("guards, order and policies show as they are written", async () => {
  const repository = makeRepository(FILES);
  repository.edit(
    SCORE,
    "when: good.no",
    'when: good.yes, after: [found], retry: { attempts: 3, backoff: "2s" }',
  );
  repository.edit(SCORE, 'timeout: "60s"', 'timeout: "2m", retry: "never"');
  repository.edit(SCORE, "maxItems: 50", "maxItems: 20, concurrency: 4");
  repository.edit(SCORE, "gte(found.output.quality, 0.8)", "gte(found.output.quality, 0.9)");

  expect(await repository.changes()).toEqual([
    "review found retry: added never",
    "review good on: gte(found.output.quality, 0.8) → gte(found.output.quality, 0.9)",
    "review enriched when: good.no → good.yes",
    "review enriched comes after found now",
    "review drafts maxItems: 50 → 20",
    "safe found timeout: 60s → 2m",
    "safe enriched retry: added 3 attempts, 2s … 60s",
    "safe drafts concurrency: added 4",
  ]);
});

test("nodes inside a map are named by their path", async () => {
  const repository = makeRepository(FILES);
  repository.edit(SCORE, "Dear ${lead.name}", "Hi ${lead.name}");
  repository.edit(SCORE, "output: { mail: stamped.output }", "output: { mails: stamped.output }");

  expect(await repository.changes()).toEqual([
    "breaking drafts output.mail: removed (was drafts/stamped.output)",
    "review drafts/letter input.to: text`Dear ${item.name}` → text`Hi ${item.name}`",
    "safe drafts output.mails: added drafts/stamped.output",
  ]);
});

test("a node under another key with the same body is asked about, and its readers have not changed", async () => {
  const repository = makeRepository(FILES);
  repository.edit(
    SCORE,
    "nodes: { found, good, enriched,",
    "nodes: { searched: found, good, rich: enriched,",
  );

  expect(await repository.changes()).toEqual([
    "breaking searched renamed from found? its history does not follow",
    "breaking rich renamed from enriched? its history does not follow",
  ]);
});

test("a node under another key whose code differs is a new one", async () => {
  const repository = makeRepository(FILES);
  repository.edit(
    SCORE,
    "nodes: { found, good, enriched, count,",
    "nodes: { found, good, enriched, size: count,",
  );
  repository.edit(SCORE, "(leads) => leads.length", "(leads) => leads.length + 1");

  expect(await repository.changes()).toEqual([
    "review count removed (derive)",
    "review size added (derive)",
    "review output.count: count.output → size.output",
  ]);
});

test("a renamed map keeps what is inside it", async () => {
  const repository = makeRepository(FILES);
  repository.edit(SCORE, "count, drafts },", "count, letters: drafts },");

  expect(await repository.changes()).toEqual([
    "breaking letters renamed from drafts? its history does not follow",
  ]);
});

test("another kind under the same key breaks runs", async () => {
  const repository = makeRepository(FILES);
  repository.edit(
    SCORE,
    "derive([found.output.leads], (leads) => leads.length)",
    "task({ input: found.output.leads, output: z.number(), run: ({ input }) => input.length })",
  );
  repository.edit(
    SCORE,
    "output: { drafts: drafts.output, count }",
    "output: { drafts: drafts.output, count: count.output }",
  );

  expect(await repository.changes()).toContain("breaking count kind: derive → task");
});

test("an input field that is required now breaks callers; a wider one does not", async () => {
  const repository = makeRepository(FILES);
  repository.edit(
    SCORE,
    "profile: z.string(), max: z.int().max(200)",
    "profile: z.string(), city: z.string(), max: z.int().max(500)",
  );

  expect(await repository.changes()).toEqual([
    "breaking input.city: new required field",
    "safe input.max: widened: maximum 200 → 500",
  ]);
});

test("an output field of a node that is gone breaks its readers", async () => {
  const repository = makeRepository(FILES);
  repository.edit(LIB, "mail: z.string().optional() }", "phone: z.string().optional() }");
  repository.edit(LIB, ', mail: "a@b.c"', "");

  expect(await repository.changes()).toEqual([
    "breaking found output.leads[].mail: field removed",
    "breaking enriched output.leads[].mail: field removed",
    "review code of enriched changed",
    "review enriched input: its schema's code changed",
    "safe found output.leads[].phone: new optional field",
    "safe enriched output.leads[].phone: new optional field",
  ]);
});

test("of code that changed it says in which nodes, also when it lies in a function that they reach", async () => {
  const repository = makeRepository(FILES);
  repository.edit(LIB, "count > 3", "count > 4");
  repository.edit(SCORE, "({ input }) => input.body", "({ input }) => input.body.trim()");

  expect(await repository.changes()).toEqual(["review code of 2 nodes changed: found, drafts"]);
});

test("a function that another file of the same name moves is no change of code", async () => {
  const repository = makeRepository(FILES);
  repository.write("scores/lib/a.ts", "export const quality = (n: number) => n * 2;\n");
  repository.edit(SCORE, "import { z }", 'import { quality } from "./lib/a.ts";\nimport { z }');
  repository.edit(SCORE, "(leads) => leads.length", "(leads) => quality(leads.length)");

  expect(await repository.changes()).toEqual(["review code of count changed"]);
});

test("a field that is called like a node is not the node", async () => {
  const repository = makeRepository(FILES);
  repository.edit(
    LIB,
    "leads: input.leads.map((lead)",
    "leads: [{ good: 1, found: { count: 2 } }].map(({ good: a, found: { count: b } }) => ({ name: `${a}${b}` })).map((lead)",
  );
  repository.commit();
  repository.edit(SCORE, "max: 20 }, timeout", "max: 30 }, timeout");
  repository.edit(SCORE, "0.8", "0.9");
  repository.edit(SCORE, "(leads) => leads.length", "(leads) => leads.length + 1");

  expect((await repository.changes()).filter((line) => line.includes("code"))).toEqual([
    "review code of count changed",
  ]);
});

test("code that is only written otherwise is not named beside code that changed", async () => {
  const repository = makeRepository(FILES);
  repository.edit(LIB, "(count > 3 ? 1 : 0)", "{ if (count > 3) { return 1; } return 0; }");
  repository.edit(SCORE, "(leads) => leads.length", "(leads) => leads.length + 1");

  expect(await repository.changes()).toEqual(["review code of count changed"]);
});

test("code that cannot be taken apart has changed all the same", async () => {
  const written = LEADS.replace(
    "nodes: { found, good, enriched, count, drafts }",
    "nodes: Object.fromEntries(Object.entries({ found, good, enriched, count, drafts }))",
  );
  const repository = makeRepository({ ...FILES, [SCORE]: written });
  repository.edit(LIB, "count > 3", "count > 4");

  expect(await repository.changes()).toEqual(["review code changed"]);
});

test("scores that come and go are told, and a new id in the same file is a rename", async () => {
  const repository = makeRepository({ ...FILES, "scores/old.ts": LEADS.replace('id: "leads"', 'id: "old"') });
  repository.write("scores/new.ts", LEADS.replace('id: "leads"', 'id: "new"').replace("0.8", "0.5"));
  repository.remove("scores/old.ts");
  repository.edit(SCORE, 'id: "leads"', 'id: "prospects"');

  const { stdout } = await repository.maestro("diff");

  expect(stdout).toBe(`HEAD → the working tree

score new added

score old removed  breaking

score prospects renamed from leads  breaking

1 score added, 1 score removed, 1 score renamed: 2 breaking, 1 safe
`);
});

test("a score that moved into another file under another id is known by its nodes, unless two could be meant", async () => {
  const repository = makeRepository(FILES);
  repository.git("mv", SCORE, "scores/found.ts");
  repository.edit("scores/found.ts", 'id: "leads"', 'id: "found"');
  const once = await repository.maestro("diff");
  repository.write("scores/again.ts", LEADS.replace('id: "leads"', 'id: "again"'));
  const twice = await repository.maestro("diff");

  expect(once.stdout).toContain("score found renamed from leads");
  expect(twice.stdout).toContain("score leads removed");
  expect(twice.stdout).not.toContain("renamed");
});
