import { describe, expect, test } from "vitest";
import { makeTypedWorkspace } from "../types/workspace.ts";
import { applyFixes, applyFixesEach, applyTypeFixes } from "./apply.ts";

const score = (names: string, body: string, nodes = "printed") => `import { ${names} } from "maestro-ts";
import { z } from "zod";

const print = defineTask({ id: "print", input: z.object({ text: z.string() }), output: z.string(), run: ({ input }) => input.text });
const file = input(z.object({ facts: z.object({ title: z.string() }), lines: z.array(z.string()) }));
const any = file as any;
${body}
export default defineScore({ id: "notes", input: file, nodes: { ${nodes} }, output: printed.output });
`;
const NAMES = "defineScore, defineTask, input, task";
const WITH = "asText, defineScore, defineTask, input, task";

describe("an object or a list that is given where a text is taken is made a text", () => {
  const cases: readonly (readonly [string, string, string, string, string])[] = [
    [
      "as an option",
      NAMES,
      "const printed = task(print, { input: { text: any.facts } });",
      WITH,
      "const printed = task(print, { input: { text: asText(any.facts) } });",
    ],
    [
      "behind a cast, where names are not in order",
      "task, defineTask, defineScore, input",
      "const printed = task(print, { input: { text: /* the lines */ file.lines as never } });",
      "task, defineTask, defineScore, input, asText",
      "const printed = task(print, { input: { text: /* the lines */ asText(file.lines as never) } });",
    ],
    [
      "as a shorthand, where it is imported under another name",
      "asText as toText, defineScore, defineTask, input, task",
      "const text = any.facts;\nconst printed = task(print, { input: { text } });",
      "asText as toText, defineScore, defineTask, input, task",
      "const text = any.facts;\nconst printed = task(print, { input: { text: toText(text) } });",
    ],
    [
      "where each name has a line",
      "\n  defineScore,\n  defineTask,\n  input,\n  task,\n",
      "const printed = task(print, { input: { text: any.lines } });",
      "\n  asText,\n  defineScore,\n  defineTask,\n  input,\n  task,\n",
      "const printed = task(print, { input: { text: asText(any.lines) } });",
    ],
  ];
  const applied = applyFixesEach(
    cases.map(([, names, body]) => score(names, body)),
    "notes",
  );

  test.each(cases.map(([title, , , names, body], i) => [title, i, score(names, body)] as const))(
    "%s",
    async (_title, i, expected) => {
      const { before, after, text } = (await applied)[i]!;

      expect(before).toHaveLength(1);
      expect(before[0]).toMatch(/^MS2101 (?:asText|toText)\(…\) around an? (?:object|list)/);
      expect(after).toEqual([]);
      expect(text).toBe(expected);
    },
  );
});

test("several in one file share the import", async () => {
  const body = [
    "const printed = task(print, { input: { text: any.facts } });",
    "const joined = task(print, { input: { text: any.lines }, after: [printed] });",
  ].join("\n");

  const { after, files } = await applyFixes({ "scores/notes.ts": score(NAMES, body, "printed, joined") }, 2);

  expect(after.filter((one) => one.startsWith("MS2101"))).toEqual([]);
  expect(files["scores/notes.ts"]).toContain(`import { ${WITH} }`);
  expect(files["scores/notes.ts"]!.match(/asText\(/g)).toHaveLength(2);
});

describe("what could be meant otherwise is left to the author", () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      "a text where a list is taken: lines, or JSON",
      "const count = defineTask({ id: 'count', input: z.object({ text: z.array(z.string()) }), output: z.string(), run: () => '' });\nconst printed = task(count, { input: { text: any.facts.title } });",
    ],
    [
      "what several nodes are given",
      "const shared = { text: any.facts };\nconst printed = task(print, { input: shared });",
    ],
    [
      "what a helper gives to several",
      "const make = () => task(print, { input: { text: any.facts } });\nconst printed = make();",
    ],
    [
      "a file in which the name means something else",
      "const asText = (of: unknown) => String(of);\nasText(1);\nconst printed = task(print, { input: { text: any.facts } });",
    ],
    [
      "a text of a certain form",
      "const mail = defineTask({ id: 'mail', input: z.object({ text: z.email() }), output: z.string(), run: () => '' });\nconst printed = task(mail, { input: { text: any.facts } });",
    ],
  ];
  const applied = applyFixesEach(
    cases.map(([, body]) => score(NAMES, body)),
    "notes",
  );

  test.each(cases.map(([title, body], i) => [title, i, body] as const))("%s", async (_title, i, body) => {
    const { before, text } = (await applied)[i]!;

    expect(before).toContain("MS2101");
    expect(text).toBe(score(NAMES, body));
  });
});

test("what TypeScript found as well is silent after it", async () => {
  const body = "const printed = task(print, { input: { text: file.facts } });";
  using workspace = makeTypedWorkspace({ "scores/notes.ts": score(NAMES, body) });

  const { before, after } = await applyTypeFixes(workspace, { files: ["scores/notes.ts"], passes: 1 });

  expect(before).toEqual(["MS2101 asText(…) around an object"]);
  expect(after).toEqual([]);
});
