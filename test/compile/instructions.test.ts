import { expect, test } from "vitest";
import { z } from "zod";
import { instructions } from "../../src/compile/rules/instructions.ts";
import type { Finding } from "../../src/define/finding.ts";

/** What is said about instructions of an agent that is given `input`. */
function said<O>(input: z.ZodType<O>, text: string | ((given: O) => unknown)): string[] {
  const findings: Finding[] = [];
  instructions({
    kind: "agent",
    definition: { id: "writer", sites: [], instructions: text, input },
    report: (finding) => void findings.push(finding),
  });
  return findings.map(({ code, facts }) => (code === "MS3102" ? facts.problem : code));
}

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
  z.object({ kind: z.literal("mail"), from: z.email() }),
  z.object({ kind: z.literal("call"), number: z.string() }),
]);

/** Each says by its result that it was tried to its end. */
const sound: Record<string, () => { said: string[]; tried: string[] }> = {};
function tries<O>(title: string, input: z.ZodType<O>, write: (given: O) => string): void {
  sound[title] = () => {
    const tried: string[] = [];
    const all = said(input, (given) => {
      const text = write(given);
      tried.push(text);
      return text;
    });
    return { said: all, tried };
  };
}
tries("destructures with a rest", z.object({ a: z.string(), b: z.int() }), ({ a, ...rest }) => a + rest.b);
tries("writes the whole as JSON", z.object({ a: z.object({ b: z.string() }) }), (i) => JSON.stringify(i));
tries("says what stands for an optional field", z.object({ a: z.string().optional() }), (i) => i.a ?? "none");
tries("leaves a line out", z.object({ a: z.string().optional() }), (i) => (i.a ? `A: ${i.a}` : "nothing"));
tries("joins a list", z.object({ a: z.array(z.string()) }), (i) => `${i.a} ${i.a.join(", ").toUpperCase()}`);
tries("reads a date", z.object({ a: z.iso.datetime() }), (i) => new Date(i.a).toISOString());
tries("reads an address", z.object({ a: z.url() }), (i) => new URL(i.a).hostname);
tries(
  "reads a record",
  z.object({ a: z.record(z.string(), z.string()) }),
  (i) => `${Object.keys(i.a)} ${i.a.b}`,
);
tries("asks for any value", z.object({ a: z.unknown() }), (i) => String(i.a));
tries("decides by a case", z.object({ a: Event }), ({ a }) => (a.kind === "mail" ? a.from : a.number));
tries("asks which of two it is", z.object({ a: Event }), ({ a }) => ("number" in a ? a.number : a.from));
tries("reads what only another case has", z.object({ a: Event }), ({ a }) =>
  a.kind === "call" ? a.number : ((a as { number?: string }).number ?? ""),
);
tries("prints null", z.object({ a: z.string().nullable() }), (i) => `${i.a}`);
tries("reads defaults", z.object({ a: z.string().default("x"), b: z.int().default(1) }), (i) =>
  i.a.repeat(i.b),
);
tries(
  "reads what holds itself",
  Part,
  (i) => `${i.title} ${i.parts.map((part) => part.parts[0]?.title ?? "")}`,
);
tries("asks for fields by name", z.object({ a: z.string() }), (i) => `${"b" in i} ${Object.hasOwn(i, "a")}`);
tries("reads open objects", z.looseObject({ a: z.string() }), (i) => `${i.a} ${i.b}`);

test.each(Object.keys(sound))("nothing is said of a function that %s", (title) => {
  const { said, tried } = sound[title]!();

  expect(said).toEqual([]);
  expect(tried).not.toEqual([]);
});

test.each<[string, string[], () => string[]]>([
  [
    "reads a field of a field that there is not",
    ['read "lead.adress", and "lead" of its input has no such field (it has: address)'],
    () =>
      said(
        z.object({ lead: z.object({ address: z.string() }) }),
        (i) => `${(i.lead as { adress?: string }).adress}`,
      ),
  ],
  [
    "reads a field that no case has",
    ['read "a.form", and "a" of its input has no such field (it has: kind, from, number)'],
    () => said(z.object({ a: Event }), ({ a }) => `${(a as { form?: string }).form}`),
  ],
  [
    "prints a list of objects",
    ['put "leads" into text, where it is "[object Object]"'],
    () => said(z.object({ leads: z.array(z.object({ a: z.string() })) }), (i) => `Leads: ${i.leads}`),
  ],
  [
    "prints the whole input",
    ['put the whole input into text, where it is "[object Object]"'],
    () => said(z.object({ a: z.string() }), (i) => `Given: ${i}`),
  ],
  [
    "prints an optional field of an optional object",
    ['say "undefined" when "a" is left out', 'say "undefined" when "a.b" is left out'],
    () => said(z.object({ a: z.object({ b: z.string().optional() }).optional() }), (i) => `B: ${i.a?.b}`),
  ],
  [
    "leaves a placeholder in its text",
    ['hold "{{name}}", which nothing fills'],
    () => said(z.object({ a: z.string() }), (i) => `${i.a} {{name}}`),
  ],
  ["reads nothing", ["MS3105"], () => said(z.object({ a: z.string() }), () => "text")],
])("a function that %s is told of", (_title, expected, run) => {
  expect(run()).toEqual(expected);
});

test.each<[string, () => string[]]>([
  [
    "throws for what it is given",
    () =>
      said(z.object({ a: z.string() }), (i) => {
        if (i.a !== "right") throw new Error(`${(i as { b?: string }).b}`);
        return i.a;
      }),
  ],
  ["gives no text", () => said(z.object({ a: z.string() }), () => 3)],
  ["rejects later", () => said(z.object({ a: z.string() }), () => Promise.reject(new Error("late")))],
  ["takes nothing of an empty input", () => said(z.object({}), () => "text")],
  [
    "copies what it is given",
    () => said(z.object({ a: z.object({ b: z.string() }) }), (i) => `${structuredClone(i).a}`),
  ],
])("nothing is said of a function that %s", (_title, run) => {
  expect(run()).toEqual([]);
});

test("a function that never ends is given up, and nothing is said of it", () => {
  const startedAt = performance.now();

  const all = said(z.object({ a: z.string() }), (i) => {
    for (let text = i.a; ; ) text = `${text.length}`;
  });

  expect(all).toEqual([]);
  expect(performance.now() - startedAt).toBeLessThan(20_000);
});

test("a walk through what holds itself is given up", () => {
  const walk = (part: Part): string => part.title + part.parts.map(walk).join("");

  expect(said(Part, walk)).toEqual([]);
});
