import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { findCompiler } from "../../src/compile/types/find-compiler.ts";
import { type CliWorkspace, makeCliWorkspace } from "./workspace.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

const score = (body = "") => `import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";
${body}
const start = input(z.object({ name: z.string(), n: z.number() }));
const hello = task({ input: { name: start.name }, output: z.string(), run: ({ input }) => input.name });

export default defineScore({ id: "hello", input: start, nodes: { hello } });
`;

const TSCONFIG = {
  compilerOptions: {
    target: "es2024",
    lib: ["es2024", "dom"],
    module: "nodenext",
    strict: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
  },
  include: ["maestro.config.ts", "scores"],
};

function makeTyped(files: Readonly<Record<string, string>> = {}): CliWorkspace {
  return makeCliWorkspace({
    "tsconfig.json": JSON.stringify(TSCONFIG),
    "scores/hello.ts": score(),
    ...files,
  });
}

/** Puts a TypeScript into the workspace that writes down each time its compiler is run; gives how often that was. */
function countCompilerRuns(workspace: CliWorkspace): () => number {
  const native = `node_modules/@typescript/typescript-${process.platform}-${process.arch}`;
  const log = workspace.path("compiler.log");
  workspace.write("node_modules/typescript/package.json", '{ "name": "typescript", "version": "7.0.2" }');
  workspace.write(`${native}/package.json`, "{}");
  workspace.write(
    `${native}/lib/tsc`,
    `#!/bin/sh\necho run >> "${log}"\nexec "${findCompiler(REPOSITORY)!.program}" "$@"\n`,
  );
  chmodSync(workspace.path(`${native}/lib/tsc`), 0o755);
  return () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").length - 1 : 0);
}

const withoutTime = (text: string) => text.replace(/ · [\d.]+ m?s\n$/, "");

test("TypeScript's errors stand among the findings, in the order of the source, and end with 1", async () => {
  const workspace = makeTyped({
    "scores/hello.ts": score(
      "const unused = task({ input: { n: 1 }, output: z.string(), run: () => missing });",
    ),
    "scores/lib/texts.ts": "export const text: string = 1;\n",
  });

  const { code, stdout } = await workspace.maestro(["validate"]);

  expect(code).toBe(1);
  expect(stdout.match(/^\S+:\d+:\d+ {2}\w+ MS\d+/gm)).toEqual([
    "scores/hello.ts:3:7  warning MS2006",
    "scores/hello.ts:3:71  error MS1001",
    "scores/lib/texts.ts:1:14  error MS1001",
  ]);
  expect(stdout).toContain("2 errors, 1 warning in 2 files · ");
});

test("--no-types leaves them out, and what it finds is remembered beside the whole", async () => {
  const workspace = makeTyped({ "scores/hello.ts": score("export const n: string = 1;") });

  const typed = await workspace.maestro(["validate"]);
  const untyped = await workspace.maestro(["validate", "--no-types"]);
  const again = await workspace.maestro(["validate"]);

  expect([typed.code, untyped.code, again.code]).toEqual([1, 0, 1]);
  expect(untyped.stdout).toMatch(/^no problems in 1 score, 2 files · /);
  expect(withoutTime(again.stdout)).toBe(withoutTime(typed.stdout));
});

describe("nothing is checked again until something changes that the answer rests on", () => {
  const files = {
    "scores/hello.ts": score('import type { N } from "./lib/n.ts";\nexport const n: N = 1;'),
    "scores/lib/n.ts": "export type N = number;\n",
    "tsconfig.json": JSON.stringify({ ...TSCONFIG, extends: "./base.json" }),
    "base.json": "{}",
  };

  test("nothing", async () => {
    const workspace = makeTyped(files);
    const runs = countCompilerRuns(workspace);

    const first = await workspace.maestro(["validate"]);
    const second = await workspace.maestro(["validate"]);

    expect(withoutTime(first.stdout)).toBe("no problems in 1 score, 2 files");
    expect(withoutTime(second.stdout)).toBe(withoutTime(first.stdout));
    expect(runs()).toBe(1);
  });

  test.each<[string, (workspace: CliWorkspace) => void]>([
    [
      "a file of types alone, which is never loaded",
      (w) => w.write("scores/lib/n.ts", "export type N = string;\n"),
    ],
    ["a configuration that tsconfig.json extends", (w) => w.write("base.json", '{ "compilerOptions": {} }')],
    ["tsconfig.json", (w) => w.write("tsconfig.json", JSON.stringify(TSCONFIG))],
    ["a file that nothing imports", (w) => w.write("scores/lib/new.ts", "export const n: string = 1;\n")],
    ["packages, as a lockfile says", (w) => w.write("package-lock.json", "{}")],
    ["packages, as npm has installed them", (w) => w.write("node_modules/.package-lock.json", "{}")],
    [
      "global types",
      (w) => {
        mkdirSync(w.path("node_modules/@types"));
        symlinkSync(join(REPOSITORY, "node_modules/@types/node"), w.path("node_modules/@types/node"));
      },
    ],
  ])("%s", async (_what, change) => {
    const workspace = makeTyped(files);
    const runs = countCompilerRuns(workspace);
    await workspace.maestro(["validate"]);

    change(workspace);
    await workspace.maestro(["validate"]);

    expect(runs()).toBe(2);
  });
});

test("without a tsconfig.json types are not checked: that is said, and no failure", async () => {
  const workspace = makeCliWorkspace({ "scores/hello.ts": score("export const n: string = 1;") });

  const pretty = await workspace.maestro(["validate"]);
  const json = await workspace.maestro(["validate", "--json"]);
  const github = await workspace.maestro(["validate", "--format", "github"]);

  expect(pretty.code).toBe(0);
  expect(pretty.stdout).toMatch(/ · types not checked: there is no tsconfig\.json · /);
  expect(JSON.parse(json.stdout)).toMatchObject({
    ok: true,
    remark: "types not checked: there is no tsconfig.json",
  });
  expect(github.stdout).toBe(
    "::notice title=maestro validate::types not checked: there is no tsconfig.json\n",
  );
});

test("a definition that tsconfig.json does not include is named", async () => {
  const workspace = makeTyped({
    "agents/writer.ts":
      'import { defineAgent } from "maestro-ts";\nimport { z } from "zod";\n\nexport default defineAgent({ id: "writer", model: "a/b", instructions: () => "", input: z.object({}), output: z.object({}) });\n',
  });

  const { stdout } = await workspace.maestro(["validate"]);

  expect(stdout).toContain(" · types not checked in agents/writer.ts: tsconfig.json does not include it · ");
});

test("with a file's name only errors in it, and in what it imports, are shown", async () => {
  const workspace = makeTyped({
    "scores/hello.ts": score('import { text } from "./lib/texts.ts";\nexport const n: number = text;'),
    "scores/lib/texts.ts": 'export const text: string = "";\nexport const wrong: string = 1;\n',
    "scores/other.ts": score("export const n: string = 1;").replace('id: "hello"', 'id: "other"'),
  });

  const { stdout } = await workspace.maestro(["validate", "scores/hello.ts"]);

  expect(stdout.match(/^\S+:\d+:\d+/gm)).toEqual(["scores/hello.ts:4:14", "scores/lib/texts.ts:2:14"]);
});

test("a syntax error is told once, with the remark that there may be more", async () => {
  const workspace = makeTyped({
    "scores/hello.ts": score("export const n: = 1;"),
    "scores/lib/wrong.ts": "export const n: string = 1;\n",
  });

  const { stdout } = await workspace.maestro(["validate"]);

  expect(stdout.match(/(?:error|warning) MS\d+/g)).toEqual(["error MS1003"]);
  expect(stdout).toContain("types not checked: TypeScript goes on when the syntax is right");
});
