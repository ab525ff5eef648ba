import { readFileSync, writeFileSync } from "node:fs";
import { checkWorkspace } from "../../../src/cli/check-workspace.ts";
import { applyEdits } from "../../../src/cli/fix/apply-edits.ts";
import { chooseFixes } from "../../../src/cli/fix/choose-fixes.ts";
import type { Diagnostic } from "../../../src/diagnostics/index.ts";
import { compile, makeWorkspace, type TestWorkspace } from "../workspace.ts";

export interface Applied {
  /** What was found before and after, `MS2102 "scroe" → "score"` where it can be fixed, else the code alone. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The files as they are now. */
  readonly files: Readonly<Record<string, string>>;
}

/** Compiles the files as a workspace, makes the fixes of every finding once, and compiles it again. */
export async function applyFixes(files: Readonly<Record<string, string>>): Promise<Applied> {
  using workspace = makeWorkspace(files);
  return await applyIn(workspace, files, async () => (await compile(workspace)).diagnostics);
}

/** The same with TypeScript's own errors. */
export async function applyTypeFixes(workspace: TestWorkspace, files: readonly string[]): Promise<Applied> {
  return applyIn(workspace, Object.fromEntries(files.map((file) => [file, ""])), async () => {
    const options = { hasTypes: true, env: process.env, entry: "findings" };
    return (await checkWorkspace({ root: workspace.root }, options)).diagnostics;
  });
}

async function applyIn(
  workspace: TestWorkspace,
  files: Readonly<Record<string, string>>,
  find: () => Promise<readonly Diagnostic[]>,
): Promise<Applied> {
  const found = await find();
  const edits = chooseFixes(found).flatMap(({ fix }) => fix.edits);
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const text = readFileSync(workspace.path(file), "utf8");
    const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
    const own = edits.filter((edit) => edit.file === file);
    writeFileSync(workspace.path(file), mark + applyEdits(text.slice(mark.length), own));
  }
  const named = (all: readonly Diagnostic[]) =>
    all.map(({ code, fix }) => (fix ? `${code} ${fix.title}` : code));
  return {
    before: named(found),
    after: named(await find()),
    files: Object.fromEntries(
      Object.keys(files).map((file) => [file, readFileSync(workspace.path(file), "utf8")]),
    ),
  };
}
