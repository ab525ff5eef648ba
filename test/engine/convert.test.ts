import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  artifact,
  asJson,
  asLines,
  asText,
  defineScore,
  defineTask,
  frontMatter,
  input,
  optional,
  task,
} from "../../src/index.ts";
import { readFrontMatter } from "../../src/support/read-front-matter.ts";
import { openHall } from "./hall.ts";

const given = input(z.object({ text: z.string() }));
const read = task({ input: { text: given.text }, output: z.string(), run: ({ input }) => input.text });

async function outcomeOf(output: unknown, text: string) {
  const { start } = await openHall();
  const score = defineScore({ id: "converted", input: given, nodes: { read }, output });
  return (await start(score as never, { text })).ending;
}

test("a text is read as JSON, and what it says is as its schema gives it back", async () => {
  const plan = asJson(read.output, z.object({ steps: z.array(z.string()), most: z.int().default(3) }));

  expect(await outcomeOf({ first: plan.steps[0], most: plan.most }, '{"steps":["a","b"]}')).toEqual({
    is: "completed",
    output: { first: "a", most: 3 },
  });
});

test.each([
  ["what is no JSON", "{steps}", "MR3054", "it cannot be read as JSON: "],
  ["what does not fit", '{"steps":3}', "MR3001", "steps: "],
])("%s fails with what is wrong", async (_what, text, code, message) => {
  const plan = asJson(read.output, z.object({ steps: z.array(z.string()) }));

  const ended = await outcomeOf(plan.steps, text);

  expect(ended).toMatchObject({ is: "failed", error: { code, message: expect.stringContaining(message) } });
});

test("a text becomes its lines, and lines become a text", async () => {
  const lines = asLines(read.output);

  expect(await outcomeOf({ lines, text: asText(lines) }, "a\r\n\nb\n")).toEqual({
    is: "completed",
    output: { lines: ["a", "", "b"], text: "a\n\nb" },
  });
  expect(await outcomeOf(lines, "")).toEqual({ is: "completed", output: [] });
});

test("as text a text stays as it is, and anything else is JSON", async () => {
  const facts = asJson(read.output, z.object({ n: z.number() }));

  expect(await outcomeOf([asText(read.output), asText(facts), asText(facts.n)], '{"n": 1}')).toEqual({
    is: "completed",
    output: ['{"n": 1}', '{"n":1}', "1"],
  });
});

test("front matter gives its fields, checked, and the text below", async () => {
  const post = frontMatter(
    read.output,
    z.object({ title: z.string(), tags: z.array(z.string()).default([]) }),
  );

  expect(await outcomeOf(post, '---\ntitle: "A: b"\ntags:\n  - one\n  - two\n---\n# Hi\n')).toEqual({
    is: "completed",
    output: { data: { title: "A: b", tags: ["one", "two"] }, body: "# Hi\n" },
  });
  expect(await outcomeOf(post, "no fields")).toMatchObject({ is: "failed", error: { code: "MR3001" } });
  expect(await outcomeOf(post, "---\ntitle: a\nnested:\n  b: 1\n---\n")).toMatchObject({
    is: "failed",
    error: { code: "MR3054", message: expect.stringContaining("line 4 of its front matter") },
  });
});

test("what is converted is skipped with what it reads", async () => {
  const gone = task({
    input: {},
    output: z.string(),
    onFailure: "skip",
    run: (): string => {
      throw new Error("no");
    },
  });
  const { start } = await openHall();
  const score = defineScore({
    id: "gap",
    nodes: { gone },
    output: { lines: optional(asLines(gone.output)) },
  });

  expect(await (await start(score as never)).ending).toMatchObject({ is: "completed", output: {} });
});

test("an artifact of what was converted has the text made anew when a judge is not content", async () => {
  const { start } = await openHall();
  const draft = task({
    input: {},
    output: z.string(),
    run: ({ attempt }) => JSON.stringify({ n: attempt }),
  });
  const judge = defineTask({
    id: "large",
    input: z.object({ value: z.object({ n: z.number() }) }),
    output: z.object({ score: z.number() }),
    run: ({ input }) => ({ score: input.value.n / 3 }),
  });
  const kept = artifact({
    name: "facts",
    value: asJson(draft.output, z.object({ n: z.number() })),
    gates: [{ by: judge, min: 1, onFail: "retry" }],
    retry: { attempts: 5 },
  });
  const score = defineScore({ id: "facts", nodes: { draft, kept }, output: kept.output.n });

  expect(await (await start(score as never)).ending).toEqual({ is: "completed", output: 3 });
});

test.each<[string, unknown]>([
  ["a: b", { a: "b" }],
  ["a:", { a: null }],
  ["a: ~\nb: null\nc: true\nd: false", { a: null, b: null, c: true, d: false }],
  ["a: 1\nb: -2.5\nc: 01\nd: 1e3", { a: 1, b: -2.5, c: "01", d: "1e3" }],
  ["a: 'it''s'\nb: \"q\\\"\\n\"", { a: "it's", b: 'q"\n' }],
  ['a: [one, 2, "x, y"]\nb: []', { a: ["one", 2, "x, y"], b: [] }],
  ["# note\na: b # note\n\nc: d#e", { a: "b", c: "d#e" }],
  ["a:\n- x\n# note\n- 2\nb: 2027-01-31", { a: ["x", 2], b: "2027-01-31" }],
  ["__proto__: x", JSON.parse('{"__proto__":"x"}')],
  ["a: https://example.com/x", { a: "https://example.com/x" }],
])("front matter %j is read", (text, fields) => {
  expect(readFrontMatter(`---\n${text}\n---\nbody`)).toEqual({ fields, body: "body" });
});

test.each([
  "a: |\n  long",
  "a: {b: 1}",
  "a: &x 1",
  "a: b: c",
  "- item",
  "a: b\na: c",
  "a: [1, [2]]",
  'a: ["x"y]',
  'a: "open',
  "  a: 1",
  "just text",
])("front matter %j is refused, not guessed", (text) => {
  expect(readFrontMatter(`---\n${text}\n---\n`)).toEqual({
    problem: expect.stringContaining("of its front matter"),
  });
});

property.prop([fc.string({ unit: "grapheme", maxLength: 200 })])(
  "any text is read or refused, and never throws",
  (text) => {
    for (const whole of [text, `---\n${text}\n---\n`]) {
      const found = readFrontMatter(whole);
      if ("body" in found) expect(typeof found.body).toBe("string");
      else expect(found.problem).not.toBe("");
    }
  },
);
