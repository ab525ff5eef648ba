/** Which commits of a range are worth a line in release notes. */
import type { Commit } from "./git-history.ts";

/** Subjects of commits that change nothing a reader would want to know: work in progress, versions, whitespace. */
const TRIVIAL = [
  /^(fixup|squash|amend)!/i,
  /^wip\b/i,
  /^(release |version |bump version( to)? |chore\(release\): |chore: release )?v?\d+\.\d+(\.\d+)?([-+][\w.-]+)?$/i,
  /^((fix|correct) )?(a |some )?(typos?|whitespace|formatting|lint)( (fixes|errors))?\.?$/i,
  /^(style: )?(format|lint|reformat|prettier|biome)( (code|files|everything))?\.?$/i,
  /^(\.+|-+|x|tmp|temp|)$/i,
];

/** The commits to write about, and how many are left out for which reason. */
export interface Picked {
  readonly worth: Commit[];
  readonly skipped: { readonly merges: number; readonly trivial: number; readonly undone: number };
}

/**
 * Leaves out merges, trivial commits, and pairs of a commit and its revert. A revert whose commit is
 * older than the range stays: it is news.
 */
export function pickCommits(commits: readonly Commit[]): Picked {
  const undone = undoneHashes(commits);
  const skipped = { merges: 0, trivial: 0, undone: 0 };
  const worth: Commit[] = [];
  for (const commit of commits) {
    if (commit.merge) skipped.merges++;
    else if (undone.has(commit.hash)) skipped.undone++;
    else if (isTrivial(commit.subject)) skipped.trivial++;
    else worth.push(commit);
  }
  return { worth, skipped };
}

export function isTrivial(subject: string): boolean {
  return TRIVIAL.some((pattern) => pattern.test(subject.trim()));
}

/** Newest first, so that a revert of a revert brings the first commit back. */
function undoneHashes(commits: readonly Commit[]): Set<string> {
  const undone = new Set<string>();
  for (const commit of commits) {
    const { reverts } = commit;
    if (reverts === null || undone.has(commit.hash)) continue;
    const target = commits.find((other) => other !== commit && other.hash.startsWith(reverts));
    if (target) undone.add(target.hash).add(commit.hash);
  }
  return undone;
}
