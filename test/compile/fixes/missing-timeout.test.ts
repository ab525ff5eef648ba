import { describe, expect, test } from "vitest";
import { applyFixes } from "./apply.ts";

const score = (options: string) => `import { agent, defineAgent, defineScore } from "maestro-ts";
import { z } from "zod";

const writer = defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: "You write.",
  input: z.object({ about: z.string() }),
  output: z.object({ text: z.string() }),
  maxTokens: 500,
});
const shared = { input: { about: "tea" } };
const letter = agent(writer, ${options});

export default defineScore({ id: "letters", nodes: { letter }, output: letter.output });
`;

describe("an agent's step without a timeout is given one", () => {
  test.each<[string, string, string]>([
    ["in one line", '{ input: { about: "tea" } }', '{ input: { about: "tea" }, timeout: "2m" }'],
    [
      "one per line",
      '{\n  input: { about: "tea" }, // what else\n}',
      '{\n  input: { about: "tea" }, // what else\n  timeout: "2m",\n}',
    ],
  ])("%s", async (_, before, after) => {
    const { files, before: found } = await applyFixes({ "scores/letters.ts": score(before) });

    expect(files["scores/letters.ts"]).toBe(score(after));
    expect(found).toEqual(['MS3005 timeout: "2m" added']);
  });

  test("but not where its options are a constant, which others may use", async () => {
    const { files, before: found } = await applyFixes({ "scores/letters.ts": score("shared") });

    expect(files["scores/letters.ts"]).toBe(score("shared"));
    expect(found).toEqual(["MS3005"]);
  });
});

const asking = (options: string) => `import { checkpoint, defineScore } from "maestro-ts";
import { z } from "zod";

const review = checkpoint({ title: "Go on?", decision: z.object({ yes: z.boolean() })${options} });

export default defineScore({ id: "asking", nodes: { review } });
`;

describe("a checkpoint that does not say how long it waits, or what holds then, is made to", () => {
  test.each<[string, string, string[]]>([
    ["", ', timeout: "24h", onTimeout: "reject"', ['MS3006 timeout: "24h", onTimeout: "reject" added']],
    [', timeout: "1h"', ', timeout: "1h", onTimeout: "reject"', ['MS3006 onTimeout: "reject" added']],
    [', timeout: "never", onTimeout: "skip"', ', timeout: "never", onTimeout: "skip"', ["MS3006"]],
  ])("with %j", async (before, after, expected) => {
    const { files, before: found } = await applyFixes({ "scores/asking.ts": asking(before) });

    expect(files["scores/asking.ts"]).toBe(asking(after));
    expect(found).toEqual(expected);
  });
});
