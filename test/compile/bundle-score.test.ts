import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { type Bundle, bundleScore, isBundle } from "../../src/compile/bundle-score.ts";
import { makeWorkspace, scoreSource, type TestWorkspace } from "./workspace.ts";

const FILES = {
  "scores/letters.ts": scoreSource(
    "letters",
    'import { greet } from "./lib/greet.ts";\nexport const hello = greet("you");',
  ),
  "scores/lib/greet.ts":
    'import { mark } from "./mark.ts";\n\nexport function greet(name: string): string {\n  const text = `Dear ${name}`;\n  return text + mark;\n}\n',
  "scores/lib/mark.ts": 'export const mark = "!";\n',
  "node_modules/clock/package.json": JSON.stringify({
    name: "clock",
    version: "1.0.0",
    type: "module",
    exports: "./index.js",
  }),
  "node_modules/clock/index.js": "export const now = () => 0;\n",
};

async function bundle(workspace: TestWorkspace): Promise<Bundle> {
  const result = await bundleScore({
    workspace,
    file: "scores/letters.ts",
    outDir: workspace.path(".maestro/code"),
  });
  if (!isBundle(result)) throw new Error(JSON.stringify(result.diagnostics));
  return result;
}

/** The hash source before and after `edit`. */
async function beforeAndAfter(edit: (workspace: TestWorkspace) => void): Promise<[string, string]> {
  using workspace = makeWorkspace(FILES);
  const before = await bundle(workspace);
  edit(workspace);
  const after = await bundle(workspace);
  return [before.hashSource, after.hashSource];
}

const replace = (file: keyof typeof FILES, from: string, to: string) => (workspace: TestWorkspace) => {
  expect(FILES[file]).toContain(from);
  workspace.write(file, FILES[file].replaceAll(from, to));
};

test.each([
  ["a comment", replace("scores/lib/greet.ts", "  return", "  // Politely.\n  return")],
  ["formatting", replace("scores/lib/greet.ts", "{\n  const", "{\n\n      const")],
  ["the name of a local variable", replace("scores/lib/greet.ts", "text", "sentence")],
  ["a type", replace("scores/lib/greet.ts", "name: string", "name: string & {}")],
])("an edit of %s leaves the source that is hashed as it was", async (_what, edit) => {
  const [before, after] = await beforeAndAfter(edit);

  expect(after).toBe(before);
});

test.each([
  [
    "a literal in a file that is imported by one that is imported",
    replace("scores/lib/mark.ts", '"!"', '"?"'),
  ],
  ["an expression", replace("scores/lib/greet.ts", "text + mark", "mark + text")],
  ["the score itself", replace("scores/letters.ts", "n: input.n", "n: input.n + 1")],
])("an edit of %s moves the source that is hashed", async (_what, edit) => {
  const [before, after] = await beforeAndAfter(edit);

  expect(after).not.toBe(before);
});

test("the version of a package that is imported is part of what is hashed", async () => {
  using workspace = makeWorkspace(FILES);
  workspace.write("scores/lib/mark.ts", 'import { now } from "clock";\nexport const mark = String(now());\n');
  const before = await bundle(workspace);

  workspace.write(
    "node_modules/clock/package.json",
    FILES["node_modules/clock/package.json"].replace("1.0.0", "1.0.1"),
  );
  const after = await bundle(workspace);

  expect(before.external).toEqual(["clock", "maestro-ts"]);
  expect(after.code).toBe(before.code);
  expect(after.hashSource).not.toBe(before.hashSource);
});

test("what is hashed does not depend on the folder the workspace is in", async () => {
  using here = makeWorkspace(FILES);
  using there = makeWorkspace(FILES);

  const [a, b] = [await bundle(here), await bundle(there)];

  expect(a.hashSource).toBe(b.hashSource);
});

test("the bundle runs, holds the workspace's own files, and its frames lead to the source", async () => {
  using workspace = makeWorkspace(FILES);
  workspace.write("scores/lib/mark.ts", "\n\nexport const mark = new Error('here').stack!;\n");

  const { code, inputs, sourceMap } = await bundle(workspace);

  const path = workspace.path(".maestro/code/letters.mjs");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    code.replace(/from "maestro-ts"/, `from "${new URL("../../src/index.ts", import.meta.url).href}"`),
  );
  expect(inputs.filter((input) => !input.endsWith("package.json"))).toEqual([
    "scores/letters.ts",
    "scores/lib/greet.ts",
    "scores/lib/mark.ts",
  ]);
  expect(inputs).toContain(workspace.path("node_modules/zod/package.json"));
  const map = JSON.parse(sourceMap) as { sources: string[] };
  expect(map.sources).toContain("../../scores/lib/mark.ts");
});

test("a syntax error and an import of nothing are findings with their places", async () => {
  using workspace = makeWorkspace(FILES);

  workspace.write("scores/lib/mark.ts", "export const mark: = 3;\n");
  const syntax = await bundleScore({ workspace, file: "scores/letters.ts", outDir: workspace.root });
  workspace.write("scores/lib/mark.ts", 'import { x } from "./greeet.ts";\nexport const mark = x;\n');
  const missing = await bundleScore({ workspace, file: "scores/letters.ts", outDir: workspace.root });
  workspace.write("scores/lib/mark.ts", "export const marks = 3;\n");
  const unnamed = await bundleScore({ workspace, file: "scores/letters.ts", outDir: workspace.root });

  expect(syntax).toMatchObject({
    diagnostics: [{ code: "MS1003", at: { file: "scores/lib/mark.ts", line: 1, column: 20 } }],
  });
  expect(missing).toMatchObject({
    diagnostics: [{ code: "MS1013", hint: 'did you mean "./greet.ts"?', at: { line: 1, column: 19 } }],
  });
  expect(unnamed).toMatchObject({
    diagnostics: [
      { code: "MS1013", hint: 'did you mean "marks"?', at: { file: "scores/lib/greet.ts", line: 1 } },
    ],
  });
});

test("what `paths` of the tsconfig name is part of the bundle, not a package", async () => {
  using workspace = makeWorkspace(FILES);
  workspace.write("tsconfig.json", '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }');
  workspace.write("scores/lib/mark.ts", 'export { mark } from "@/lib/deep.ts";\n');
  workspace.write("lib/deep.ts", 'export const mark = "?";\n');

  const { inputs, external } = await bundle(workspace);

  expect(inputs).toContain("lib/deep.ts");
  expect(external).toEqual(["maestro-ts"]);
});
