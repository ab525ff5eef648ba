import { expect, test } from "vitest";
import { toLocator, type Wanted } from "../../src/compile/locate.ts";
import { makeWorkspace } from "./workspace.ts";

/**
 * What a locator finds in `source`, as text. The call is the one whose name stands after the mark `¦`.
 */
async function found(source: string, wanted: Omit<Wanted, "sites">): Promise<string> {
  const at = source.indexOf("¦");
  const text = source.replace("¦", "");
  const before = source.slice(0, at).split("\n");
  using workspace = makeWorkspace({ "scores/a.ts": text });
  const locator = await toLocator(workspace.root);

  const site = { file: "scores/a.ts", line: before.length, column: before.at(-1)!.length + 1 };
  const place = locator.find({ sites: [site], ...wanted })!;

  const lines = text.split("\n");
  if (place.endLine === undefined) return `${place.line}:${place.column}`;
  const offset = (line: number, column: number) =>
    lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  return text.slice(offset(place.line, place.column), offset(place.endLine, place.endColumn!));
}

test.each<[string, string, Omit<Wanted, "sites">, string]>([
  ["a property", "const a = ¦task({ retry: { attempts: 0 } });", { path: ["retry", "attempts"] }, "0"],
  ["the key of a property", "const a = ¦task({ 'retri': 1 });", { path: ["retri"], aim: "key" }, "'retri'"],
  [
    "a property of the second argument",
    "¦task(work, { input: { n: b.output.n } });",
    { path: ["input", "n"] },
    "b.output.n",
  ],
  ["a shorthand", "¦task({ input: { n } });", { path: ["input", "n"] }, "n"],
  ["a constant", "const retry = { attempts: 0 };\n¦task({ retry });", { path: ["retry", "attempts"] }, "0"],
  [
    "a constant of a constant",
    "const a = { b: 1 } as const;\nconst c = a;\n¦task({ x: c });",
    { path: ["x", "b"] },
    "1",
  ],
  [
    "the constant of the nearest scope",
    "const r = { n: 1 };\nfunction f() {\n  const r = { n: 2 };\n  return ¦task({ r });\n}",
    { path: ["r", "n"] },
    "2",
  ],
  [
    "what casts surround",
    "¦task(({ input: ({ n: 1 } satisfies X) as never }) as Y);",
    { path: ["input", "n"] },
    "1",
  ],
  [
    "a spread",
    "const shared = { timeout: '1' };\n¦task({ ...shared, input: 1 });",
    { path: ["timeout"] },
    "'1'",
  ],
  [
    "a field of a list with limits",
    "¦task({ output: z.array(z.object({ name: z.string() })).max(20) });",
    { path: ["output", 0, "name"] },
    "z.string()",
  ],
  [
    "a field of an object with a default",
    "const Lead = z.object({ name: z.string() }).default({});\n¦task({ output: Lead });",
    { path: ["output", "name"] },
    "z.string()",
  ],
  ["what a spread is overridden by", "¦task({ ...{ n: 1 }, n: 2 });", { path: ["n"] }, "2"],
  ["an item of a list", "¦task({ input: [1, { n: 2 }] });", { path: ["input", 1, "n"] }, "2"],
  ["a value in a text", "const a = ¦text`x ${b.output} y ${c.output}`;", { path: [1] }, "c.output"],
  ["an alternative", "¦oneOf(a.output, b.output);", { path: [1] }, "b.output"],
  ["a part of a derive", "¦derive([a.output, optional(b.output)], (x) => x);", { path: [1, 0] }, "b.output"],
  [
    "an operand of a condition",
    "¦branch(all(x.yes, gte(a.output.n, 1)));",
    { path: ["on", 1, 0] },
    "a.output.n",
  ],
  ["a field in an operand", "¦branch(gte(a.output.nn, 1));", { path: ["on"], field: "nn" }, "nn"],
  [
    "the output of a map's inside",
    "¦map({ each: (x) => {\n  const one = f(x);\n  return { nodes: { one }, output: one.output };\n} });",
    { path: ["output"] },
    "one.output",
  ],
  [
    "a node by its key",
    "const a = d.¦defineScore({ nodes: { 'b-c': b } });",
    { path: ["nodes", "b-c"], aim: "key" },
    "'b-c'",
  ],
  ["the const a call is given to", "const found = ¦task({});", {}, "found"],
  ["the call, without a const", "f(¦task({}));", {}, "task"],
  [
    "the nearest ancestor of what is computed",
    "¦task({ input: make() });",
    { path: ["input", "n"] },
    "make()",
  ],
  [
    "the nearest ancestor of what a list's spread hides",
    "¦task({ input: [...list, 1] });",
    { path: ["input", 1] },
    "[...list, 1]",
  ],
  ["the call, when nothing can be followed", "¦task(options);", { path: ["input", "n"] }, "task"],
  ["the whole access that a name is in", "f(`${a.output.¦name}`);", {}, "a.output.name"],
])("finds %s", async (_what, source, wanted, expected) => {
  expect(await found(source, wanted)).toBe(expected);
});

test("a place in a file that has gone is the call site", async () => {
  using workspace = makeWorkspace({});
  const locator = await toLocator(workspace.root);

  const place = locator.find({ sites: [{ file: "scores/gone.ts", line: 3, column: 7 }], path: ["input"] });

  expect(place).toEqual({ file: "scores/gone.ts", line: 3, column: 7 });
  expect(locator.find({ sites: [] })).toBeUndefined();
});

test("a constant that is defined by itself does not make it search for ever", async () => {
  expect(await found("const a = b;\nconst b = a;\n¦task({ input: a });", { path: ["input", "n"] })).toBe("a");
});
