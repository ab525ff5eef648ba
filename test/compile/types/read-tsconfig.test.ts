import { join } from "node:path";
import { expect, test } from "vitest";
import { readProject } from "../../../src/compile/types/read-tsconfig.ts";
import { makeWorkspace } from "../workspace.ts";

test("a project is its tsconfig.json with everything that extends it, comments and all", () => {
  using workspace = makeWorkspace({
    "tsconfig.json":
      '\ufeff{ // "extends": "./no.json",\n "extends": ["./base", "shared/strict.json", "@acme/base"], /* , */\n}',
    "base.json":
      '{ "extends": "./deep/base.json", "include": ["src"], "compilerOptions": { "paths": { "a//*": ["b"] } } }',
    "deep/base.json": '{ "extends": "../base.json" }',
    "node_modules/shared/strict.json": "{}",
    "node_modules/@acme/base/package.json": '{ "name": "@acme/base" }',
    "node_modules/@acme/base/tsconfig.json": "{}",
  });

  const project = readProject(workspace.root);

  expect(project?.configs).toEqual(
    [
      "tsconfig.json",
      "base.json",
      "deep/base.json",
      "node_modules/shared/strict.json",
      "node_modules/@acme/base/tsconfig.json",
    ].map(workspace.path),
  );
  expect(project?.folders).toEqual([workspace.path("src")]);
});

test.each([
  ["{}", [""], []],
  ['{ "include": ["scores", "src/**/*.ts", "lib/x-*.ts"] }', ["scores", "src", "lib"], ["scores"]],
  ['{ "files": ["scores/a.ts"] }', ["scores/a.ts"], ["scores/a.ts"]],
  ['{ "include": ["${configDir}/src/*"], "files": [1] }', ["src"], []],
  ["not json at all", [""], []],
])("a new file can belong to %s in the folders %j", (text, folders, named) => {
  using workspace = makeWorkspace({ "tsconfig.json": text });

  const project = readProject(workspace.root);

  expect(project?.folders).toEqual(folders.map((folder) => join(workspace.root, folder)));
  expect(project?.named).toEqual(named.map(workspace.path));
});

test("a workspace without a tsconfig.json is no project", () => {
  using workspace = makeWorkspace();

  expect(readProject(workspace.root)).toBeUndefined();
});
