import { mkdirSync } from "node:fs";
import { expect, test } from "vitest";
import { findWorkspace, listFiles } from "../../src/compile/index.ts";
import { makeWorkspace } from "./workspace.ts";

test("the workspace is the nearest folder upwards with a configuration", () => {
  using outer = makeWorkspace({ "inner/maestro.config.js": "", "inner/scores/lib/a.ts": "" });
  mkdirSync(outer.path("elsewhere"));

  expect(findWorkspace(outer.path("inner/scores/lib"))).toEqual({ root: outer.path("inner") });
  expect(findWorkspace(outer.path("elsewhere"))).toEqual({ root: outer.root });
  expect(findWorkspace("/")).toBeUndefined();
});

test("definitions stand directly in their folders; deeper ones hold shared code", () => {
  using workspace = makeWorkspace({
    "scores/b.ts": "",
    "scores/a.mts": "",
    "scores/lib/shared.ts": "",
    "scores/a.test.ts": "",
    "scores/types.d.ts": "",
    "scores/notes.md": "",
    "agents/writer.ts": "",
    "orchestras/weekly.ts": "",
  });

  const { files, diagnostics } = listFiles(workspace);

  expect(diagnostics).toEqual([]);
  expect(files).toEqual([
    { file: "maestro.config.ts", kind: "config" },
    { file: "agents/writer.ts", kind: "agent" },
    { file: "orchestras/weekly.ts", kind: "orchestra" },
    { file: "scores/a.mts", kind: "score" },
    { file: "scores/b.ts", kind: "score" },
  ]);
});
