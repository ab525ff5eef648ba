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

/** Compiles the files as a workspace, makes the fixes of every finding, and compiles it again, at most `passes` times. */
export async function applyFixes(files: Readonly<Record<string, string>>, passes = 1): Promise<Applied> {
  using workspace = makeWorkspace(files);
  const find = async () => (await compile(workspace)).diagnostics;
  return await applyIn(workspace, { files: Object.keys(files), find, passes });
}

export interface AppliedAlone extends Omit<Applied, "files"> {
  readonly text: string;
}

/**
 * `applyFixes` of sources that have nothing to do with each other, each a score called `id`: compiled together, under names
 * of their own, because a compilation takes far longer than a score.
 */
export async function applyFixesEach(sources: readonly string[], id: string): Promise<AppliedAlone[]> {
  const own = (i: number) => `${id}-${i}`;
  const file = (i: number) => `scores/${own(i)}.ts`;
  const entries = sources.map((source, i) => [file(i), source.replace(`id: "${id}"`, `id: "${own(i)}"`)]);
  using workspace = makeWorkspace(Object.fromEntries(entries) as Record<string, string>);
  const find = async () => (await compile(workspace)).diagnostics;
  const before = await find();
  writeFixes(workspace, before);
  const after = await find();
  const ofFile = (all: readonly Diagnostic[], i: number) =>
    named(all.filter(({ at }) => at?.file === file(i)));
  return sources.map((_source, i) => ({
    before: ofFile(before, i),
    after: ofFile(after, i),
    text: readFileSync(workspace.path(file(i)), "utf8").replace(`id: "${own(i)}"`, `id: "${id}"`),
  }));
}

/** The same with TypeScript's own errors, in a workspace that is there. */
export async function applyTypeFixes(
  workspace: TestWorkspace,
  { files, passes }: { readonly files: readonly string[]; readonly passes: number },
): Promise<Applied> {
  const options = { hasTypes: true, env: process.env, entry: "findings" };
  const find = async () => (await checkWorkspace({ root: workspace.root }, options)).diagnostics;
  return applyIn(workspace, { files, find, passes });
}

interface Applying {
  readonly files: readonly string[];
  readonly find: () => Promise<readonly Diagnostic[]>;
  readonly passes: number;
}

async function applyIn(workspace: TestWorkspace, { files, find, passes }: Applying): Promise<Applied> {
  let found = await find();
  const before = named(found);
  for (let pass = 0; pass < passes && found.some(({ fix }) => fix); pass++) {
    writeFixes(workspace, found);
    found = await find();
  }
  const texts = files.map((file) => [file, readFileSync(workspace.path(file), "utf8")] as const);
  return { before, after: named(found), files: Object.fromEntries(texts) };
}

function writeFixes(workspace: TestWorkspace, found: readonly Diagnostic[]): void {
  const edits = chooseFixes(found).flatMap(({ fix }) => fix.edits);
  for (const [file, own] of Map.groupBy(edits, (edit) => edit.file)) {
    const text = readFileSync(workspace.path(file), "utf8");
    const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
    writeFileSync(workspace.path(file), mark + applyEdits(text.slice(mark.length), own));
  }
}

function named(all: readonly Diagnostic[]): string[] {
  return all.map(({ code, fix }) => (fix ? `${code} ${fix.title}` : code));
}
