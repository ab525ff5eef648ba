import { diskTime } from "../compile/cache.ts";
import type { Workspace } from "../compile/find-workspace.ts";
import type { Diagnostic, Edit } from "../diagnostics/index.ts";
import type { Checked } from "./commands/validate.ts";
import { applyEdits } from "./fix/apply-edits.ts";
import { chooseFixes, type Fixable } from "./fix/choose-fixes.ts";
import { openSource, replaceText, type SourceFile } from "./fix/source-file.ts";
import type { Planned } from "./fix/to-patch.ts";

/** A fix can bring others to light. */
const MOST_PASSES = 5;

/** What was fixed, and what is left. */
export interface FixedWorkspace {
  readonly checked: Checked;
  readonly fixed: readonly Fixable[];
}

interface Fixing {
  readonly check: () => Promise<Checked>;
  /** Told of a file that is left as it is although it could be fixed. */
  readonly onLeft: (file: string, why: string) => void;
}

/** Checks the workspace, makes every fix in its files, and does so again until there is none. */
export async function fixWorkspace(workspace: Workspace, { check, onLeft }: Fixing): Promise<FixedWorkspace> {
  const fixed: Fixable[] = [];
  /** Texts as they were written here, by path. */
  const written = new Map<string, string>();
  let before = new Map<string, number>();
  for (let pass = 0; ; pass++) {
    const startedAt = diskTime(workspace);
    const checked = await check();
    if (pass === MOST_PASSES) return { checked, fixed };
    const now = countOf(checked.diagnostics);
    // One that its fix did not mend is not fixed again.
    const isStubborn = (one: Diagnostic) =>
      now.get(identityOf(one))! >= (before.get(identityOf(one)) ?? Infinity);
    const chosen = chooseFixes(checked.diagnostics.filter((one) => one.fix && !isStubborn(one)));
    const isSettled = ({ path, text, writtenAt }: SourceFile) =>
      writtenAt < startedAt || written.get(path) === text;
    const made = makeFixes(workspace.root, chosen, { isSettled, written, onLeft });
    if (made.length === 0) return { checked, fixed };
    fixed.push(...made);
    before = new Map(made.map((one) => [identityOf(one), now.get(identityOf(one))!]));
  }
}

/** What would be changed now, by file: its text as it is, and the edits. */
export function plannedEdits(
  { root }: Workspace,
  diagnostics: readonly Diagnostic[],
  onLeft: Fixing["onLeft"],
): ReadonlyMap<string, Planned> {
  const files = new Map<string, Planned>();
  for (const [file, edits] of editsByFile(chooseFixes(diagnostics))) {
    const source = openSource(root, file);
    if (typeof source === "string") onLeft(file, source);
    else files.set(file, { ...source, edits });
  }
  return files;
}

interface Making {
  readonly isSettled: (source: SourceFile) => boolean;
  readonly written: Map<string, string>;
  readonly onLeft: Fixing["onLeft"];
}

function makeFixes(
  root: string,
  chosen: readonly Fixable[],
  { isSettled, written, onLeft }: Making,
): Fixable[] {
  const left = new Set<string>();
  for (const [file, edits] of editsByFile(chosen)) {
    const source = openSource(root, file);
    const why =
      typeof source === "string"
        ? source
        : isSettled(source)
          ? change(source, applyEdits(source.text, edits), written)
          : "changed while it was checked";
    if (why === undefined) continue;
    left.add(file);
    onLeft(file, why);
  }
  return chosen.filter(({ fix }) => !fix.edits.some(({ file }) => left.has(file)));
}

function change(source: SourceFile, text: string, written: Map<string, string>): string | undefined {
  const why = replaceText(source, text);
  if (why === undefined) written.set(source.path, text);
  return why;
}

function editsByFile(fixes: readonly Fixable[]): ReadonlyMap<string, Edit[]> {
  return Map.groupBy(
    fixes.flatMap(({ fix }) => fix.edits),
    ({ file }) => file,
  );
}

function countOf(diagnostics: readonly Diagnostic[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of diagnostics) counts.set(identityOf(one), (counts.get(identityOf(one)) ?? 0) + 1);
  return counts;
}

function identityOf({ code, at, message, fix }: Diagnostic): string {
  return JSON.stringify([code, at?.file, message, fix?.title]);
}
