import { mkdirSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { type Bundle, bundleScore, isBundle } from "../../src/compile/bundle-score.ts";
import { toLeanZod } from "../../src/compile/lean-zod.ts";
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

test("what `paths` name by way of `extends` and `${configDir}` is part of the bundle", async () => {
  using workspace = makeWorkspace(FILES);
  workspace.write("tsconfig.json", '{ "extends": "./config/tsconfig.base.json", /* ours */ }');
  workspace.write(
    "config/tsconfig.base.json",
    '{ "compilerOptions": { "paths": { "@other": ["./x.ts"], "@/*": ["${configDir}/*"] } } }',
  );
  workspace.write("scores/lib/mark.ts", 'export { mark } from "@/lib/deep.ts";\n');
  workspace.write("lib/deep.ts", 'export const mark = "?";\n');

  const { inputs, external } = await bundle(workspace);

  expect(inputs).toContain("lib/deep.ts");
  expect(external).toEqual(["maestro-ts"]);
});

test("a package stays outside although `paths` are about every name", async () => {
  using workspace = makeWorkspace(FILES);
  workspace.write("tsconfig.json", '{ "compilerOptions": { "paths": { "*": ["./types/*"] } } }');
  workspace.write("scores/lib/mark.ts", 'import { now } from "clock";\nexport const mark = String(now());\n');

  const { external } = await bundle(workspace);

  expect(external).toEqual(["clock", "maestro-ts"]);
});

test("what `imports` of the package.json name, and what the workspace exports under its own name, is part of the bundle", async () => {
  using workspace = makeWorkspace(FILES);
  workspace.write(
    "package.json",
    JSON.stringify({
      name: "fixture",
      type: "module",
      imports: { "#lib/*": "./lib/*.ts", "#clock": "clock" },
      exports: { "./deep": "./lib/deep.ts" },
    }),
  );
  workspace.write(
    "scores/lib/mark.ts",
    'import { now } from "#clock";\nimport { mark as own } from "fixture/deep";\nimport { mark as inner } from "#lib/deep";\nexport const mark = inner + own + now();\n',
  );
  workspace.write("lib/deep.ts", 'export const mark = "?";\n');

  const { inputs, external, hashSource } = await bundle(workspace);

  expect(inputs).toContain("lib/deep.ts");
  expect(external).toEqual(["#clock", "maestro-ts"]);
  expect(hashSource.split("\n").slice(-2)).toEqual(["maestro-ts@0.0.1", expect.stringMatching(/^zod@/)]);
});

test("`imports` that lead nowhere are a finding with their place", async () => {
  using workspace = makeWorkspace(FILES);
  workspace.write("scores/lib/mark.ts", '\nexport { mark } from "#lib/deep";\n');

  const result = await bundleScore({ workspace, file: "scores/letters.ts", outDir: workspace.root });

  expect(result).toMatchObject({
    diagnostics: [{ code: "MS1013", at: { file: "scores/lib/mark.ts", line: 2 } }],
  });
});

test("a package that the root does not have, or has in another version, is part of the bundle", async () => {
  using workspace = makeWorkspace(FILES);
  const inner = { name: "clock", version: "2.0.0", main: "./index.cjs" };
  workspace.write("pkgs/lib/node_modules/clock/package.json", JSON.stringify(inner));
  workspace.write(
    "pkgs/lib/node_modules/clock/index.cjs",
    'const { join } = require("node:path");\nexports.now = () => join("a", "b");\n',
  );
  workspace.write(
    "pkgs/lib/index.ts",
    'import { now } from "clock";\nexport const later: string = String(now());\n',
  );
  workspace.write(
    "scores/lib/mark.ts",
    'import { now } from "clock";\nimport { later } from "../../pkgs/lib/index.ts";\nexport const mark = later + now();\n',
  );

  const { code, external, inputs } = await bundle(workspace);

  expect(external.filter((name) => !name.startsWith("node:"))).toEqual(["clock", "maestro-ts"]);
  expect(inputs).toContain(workspace.path("pkgs/lib/node_modules/clock/package.json"));
  expect(code).toContain('join("a","b")');
  expect(await hello(workspace, code)).toBe(`Dear youa${sep}b0`);
});

test("a module is where its source is, not where the bundle is, and the code is the same in every folder", async () => {
  const place =
    "#!/usr/bin/env node\nconst URL = 1;\nexport const mark = `${import.meta.url}|${import.meta.filename}|${import.meta.dirname}|import.meta.url|${URL}`;\n";
  using here = makeWorkspace({ ...FILES, "scores/lib/mark.ts": place });
  using there = makeWorkspace({ ...FILES, "scores/lib/mark.ts": place });

  const [a, b] = [await bundle(here), await bundle(there)];

  const file = here.path("scores/lib/mark.ts");
  expect(await hello(here, a.code)).toBe(
    `Dear you${pathToFileURL(file).href}|${file}|${dirname(file)}|import.meta.url|1`,
  );
  expect(a.code).toBe(b.code);
  expect(a.hashSource).toBe(b.hashSource);
  expect(a.code).not.toContain(here.root);
});

test("a frame of a module that asks for its place leads to the line in its source", async () => {
  using workspace = makeWorkspace({
    ...FILES,
    "scores/lib/mark.ts":
      "export const from = import.meta.url;\nawait 0;\nexport const mark = (() => {\n  throw new Error(from);\n})();\n",
  });

  const { code, sourceMap } = await bundle(workspace);

  const before = code.slice(0, code.lastIndexOf("new Error(")).split("\n");
  const [line, column] = [before.length - 1, before.at(-1)!.length];
  expect(new SourceMap(JSON.parse(sourceMap)).findEntry(line, column)).toMatchObject({ originalLine: 3 });
});

test.each([
  [
    "after comments and other imports",
    '#!/x\n// it\'s ours\n"use strict"; import { a } from "maestro-ts"; /* { */\nimport {\n  z\n} from "zod";\n',
  ],
  ["as the first thing", "import {z} from 'zod'"],
])("zod is made lean where it is imported %s", (_where, source) => {
  const lean = toLeanZod(source);

  expect(lean).toContain('import * as z from "zod"');
  expect(lean.split("\n")).toHaveLength(source.split("\n").length);
});

test.each([
  ["in a string", "const text = 'import { z } from \"zod\";';\n"],
  ["in a template", "const text = `\nimport { z } from 'zod';\n`;\n"],
  ["in a comment", '// import { z } from "zod"\nexport {};\n'],
  ["after an import that is called", 'import("x");\nimport { z } from "zod";\n'],
  ["with more", 'import { z, type ZodType } from "zod";\n'],
  ["from elsewhere", 'import { z } from "zod/v3";\n'],
])("what only looks like an import of zod, or is no plain one, stays: %s", (_where, source) => {
  expect(toLeanZod(source)).toBe(source);
});

/** What `hello` of the score is when the code is loaded from where it is kept. */
async function hello(workspace: TestWorkspace, code: string): Promise<unknown> {
  const path = workspace.path(".maestro/cache/code/letters.mjs");
  mkdirSync(dirname(path), { recursive: true });
  const engine = new URL("../../src/index.ts", import.meta.url).href;
  writeFileSync(path, code.replace(/from "maestro-ts"/, `from "${engine}"`));
  Object.assign(globalThis, { [Symbol.for("maestro.root")]: pathToFileURL(`${workspace.root}/`).href });
  return ((await import(/* @vite-ignore */ pathToFileURL(path).href)) as { hello: unknown }).hello;
}
