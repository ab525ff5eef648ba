import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { checkTypes } from "../../../src/compile/types/check-types.ts";
import { findCompiler } from "../../../src/compile/types/find-compiler.ts";
import { scoreSource, type TestWorkspace } from "../workspace.ts";
import { makeTypedWorkspace } from "./workspace.ts";

const check = (workspace: TestWorkspace) =>
  checkTypes({ workspace: { root: workspace.root }, env: process.env });

/** Puts a TypeScript into the workspace whose compiler is the shell script `script`. */
function installCompiler(workspace: TestWorkspace, script: string, version = "7.9.9"): string {
  const native = `node_modules/@typescript/typescript-${process.platform}-${process.arch}`;
  workspace.write("node_modules/typescript/package.json", JSON.stringify({ name: "typescript", version }));
  workspace.write(`${native}/package.json`, "{}");
  workspace.write(`${native}/lib/tsc`, `#!/bin/sh\n${script}\n`);
  chmodSync(workspace.path(`${native}/lib/tsc`), 0o755);
  return workspace.path(`${native}/lib/tsc`);
}

test("the workspace's own compiler is taken before the one that Maestro brings, and one before version 7 is not", () => {
  using workspace = makeTypedWorkspace();

  const brought = findCompiler(workspace.root)?.program;
  const own = installCompiler(workspace, "exit 0");
  expect(findCompiler(workspace.root)?.program).toBe(own);
  installCompiler(workspace, "exit 0", "6.0.3");

  expect(findCompiler(workspace.root)?.program).toBe(brought);
  expect(brought).toMatch(/lib[\\/]tsc(\.exe)?$/);
});

test("a compiler that breaks down is an error, and nothing of it is to be kept", async () => {
  using workspace = makeTypedWorkspace({ "scores/one.ts": scoreSource("one") });
  installCompiler(workspace, "echo 'panic: out of memory' >&2; exit 2");

  const checked = await check(workspace);

  expect(checked?.findings.map(({ diagnostic }) => diagnostic)).toMatchObject([
    {
      code: "MS1001",
      severity: "error",
      message: "TypeScript could not check this workspace: panic: out of memory",
      hint: expect.stringContaining("--no-types"),
      at: { file: "tsconfig.json" },
    },
  ]);
  expect(checked?.basis).toBeUndefined();
});

test("a compiler that does not know an option of speed is asked again without it", async () => {
  using workspace = makeTypedWorkspace({ "scores/one.ts": scoreSource("one") });
  installCompiler(
    workspace,
    `case "$*" in *--checkers*) echo "error TS5023: Unknown compiler option '--checkers'."; exit 1;; esac`,
  );

  expect((await check(workspace))?.findings).toEqual([]);
});

test("errors in packages and outside the workspace are not the author's", async () => {
  using workspace = makeTypedWorkspace({ "scores/one.ts": scoreSource("one") });
  installCompiler(
    workspace,
    'echo "node_modules/a/index.d.ts(1,1): error TS2304: a\n../b.ts(1,1): error TS2304: b\nscores/one.ts(1,1): error TS2304: c"; exit 2',
  );

  const checked = await check(workspace);

  expect(checked?.findings.map(({ diagnostic }) => diagnostic.message)).toEqual(["c (TS2304)."]);
});

test("an error about the configuration stands at its place in tsconfig.json, and one without a place at its beginning", async () => {
  using workspace = makeTypedWorkspace({ "scores/one.ts": scoreSource("one") });
  workspace.write(
    "tsconfig.json",
    '{\n  "compilerOptions": { "strickt": true },\n  "include": ["nowhere"]\n}\n',
  );

  const checked = await check(workspace);

  expect(
    checked?.findings.map(({ diagnostic: { at } }) => [at.file, at.line, at.column, at.endColumn]),
  ).toEqual(
    expect.arrayContaining([
      ["tsconfig.json", 1, 1, undefined],
      ["tsconfig.json", 2, 24, 33],
    ]),
  );
});

test("a workspace that cannot be written to is checked all the same", async () => {
  using workspace = makeTypedWorkspace({
    "scores/one.ts": scoreSource("one", "export const n: string = 1;"),
  });
  workspace.write(".maestro", "a file in its way");

  const checked = await check(workspace);

  expect(checked?.findings.map(({ tsCode }) => tsCode)).toEqual([2322]);
});

test("an answer rests on what was read outside packages, and on what decides about packages", async () => {
  using workspace = makeTypedWorkspace({
    "scores/one.ts": scoreSource("one", 'import type { N } from "./lib/n.ts";\nexport const n: N = 1;'),
    "scores/lib/n.ts": "export type N = number;\n",
  });
  mkdirSync(workspace.path("scores/lib/later"));
  rmSync(workspace.path("agents"), { recursive: true, force: true });

  const basis = (await check(workspace))!.basis!;

  expect(basis.inputs).toEqual(
    expect.arrayContaining(
      [
        "scores/one.ts",
        "scores/lib/n.ts",
        "tsconfig.json",
        "package-lock.json",
        "node_modules/.package-lock.json",
      ].map(workspace.path),
    ),
  );
  expect(basis.inputs.filter((file) => file.includes("node_modules/zod"))).toEqual([]);
  expect(basis.folders).toEqual(
    expect.arrayContaining(["scores", "scores/lib", "scores/lib/later", "agents", "node_modules/@types"]),
  );
  expect(basis.folders).toContain(
    `../${"../".repeat(dirname(workspace.root).split("/").length - 2)}node_modules/@types`,
  );
});
