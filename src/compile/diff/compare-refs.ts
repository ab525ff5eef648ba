import type { Compilation } from "../compilation.ts";
import type { WorkspaceDiff } from "./change.ts";
import { compareWorkspaces } from "./compare-workspaces.ts";
import { compileSide, type Side } from "./compile-side.ts";
import { findCommit, findForkPoint, type GitPlace } from "./git.ts";
import { takeOut } from "./take-out.ts";

/** What is compared with what. */
export interface Refs {
  readonly from: string;
  /** Absent: the working tree, as it lies there. */
  readonly to?: string;
  /** Start where the two went apart, as a pull request shows it. */
  readonly isFromFork: boolean;
}

interface Options {
  readonly workspace: GitPlace;
  /** The script in which modules are evaluated. */
  readonly childEntry: string;
  /** Ids of the only scores to compare. */
  readonly scores: readonly string[];
  /** Called with what deletes the folders that are written, for who is interrupted. */
  readonly onFolder: (remove: () => void) => void;
}

/** What was compared; `unknown` are asked-for scores that neither side has, `known` those there are. */
export interface ComparedRefs {
  readonly diff: WorkspaceDiff;
  readonly unknown: readonly string[];
  readonly known: readonly string[];
}

const WORKING_TREE = "the working tree";

/**
 * Compares two states of the workspace.
 * @throws GitRefusal when a ref names no commit, or the workspace is in no repository
 * @throws MaestroError MR2009 when git is missing
 */
export async function compareRefs(
  { from, to, isFromFork }: Refs,
  { workspace, childEntry, scores, onFolder }: Options,
): Promise<ComparedRefs> {
  const fromCommit = isFromFork
    ? await findForkPoint(from, to ?? "HEAD", workspace)
    : await findCommit(from, workspace);
  const toCommit = to === undefined ? undefined : await findCommit(to, workspace);
  const removers: (() => void)[] = [];
  const removeAll = () => {
    for (const remove of removers) remove();
  };
  onFolder(removeAll);
  try {
    const compile = async (commit: string | undefined, label: string): Promise<Side> => {
      if (commit === undefined) return compileSide(workspace.folder, label, childEntry);
      const root = await takeOut(commit, workspace, (remove) => void removers.push(remove));
      return compileSide(root, label, childEntry);
    };
    const fromLabel = isFromFork ? `${from} (${fromCommit.slice(0, 10)})` : from;
    const sides = await settleBoth(compile(fromCommit, fromLabel), compile(toCommit, to ?? WORKING_TREE));
    const known = idsOf(sides[0].compilation, sides[1].compilation);
    const only = scores.length > 0 ? new Set(scores) : undefined;
    const diff = await compareWorkspaces(...sides, only);
    return { diff, known, unknown: scores.filter((id) => !known.includes(id)) };
  } finally {
    removeAll();
  }
}

/** Waits for both also when one fails: the other is still writing its folder. */
async function settleBoth<T>(a: Promise<T>, b: Promise<T>): Promise<[T, T]> {
  await Promise.allSettled([a, b]);
  return [await a, await b];
}

function idsOf(...compilations: readonly Compilation[]): string[] {
  return [...new Set(compilations.flatMap(({ scores }) => scores.map(({ id }) => id)))].sort();
}
