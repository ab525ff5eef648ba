/** The commits of a range, as the release notes need them. */
import { defineTask } from "maestro-ts";
import { z } from "zod";
import { askGit, type GitCall, requireRepository, runGit } from "./git.ts";

/** One commit. `merge` has more than one parent; `breaking` and `reverts` are what its message says about itself. */
export const Commit = z.object({
  hash: z.string(),
  subject: z.string(),
  author: z.string(),
  /** ISO 8601, the author's. */
  date: z.string(),
  merge: z.boolean(),
  breaking: z.string().nullable(),
  reverts: z.string().nullable(),
});
export type Commit = z.infer<typeof Commit>;

/** A range of history. `from` is what it starts after; `first` means that it starts with the first commit of all. */
export const History = z.object({
  start: z.enum(["given", "tag", "first"]),
  from: z.string(),
  to: z.string(),
  /** Newest first. */
  commits: z.array(Commit),
  /** Commits of the range that `max` left out, the oldest ones. */
  left: z.int(),
  /** The clone does not have the whole history. */
  shallow: z.boolean(),
});
export type History = z.infer<typeof History>;

export const HistoryRange = z.object({ repo: z.string(), from: z.string(), to: z.string(), max: z.int() });
export type HistoryRange = z.infer<typeof HistoryRange>;

const FIELDS = ["%H", "%P", "%an", "%aI", "%s", "%b"];

/**
 * Reads the commits after `from` up to and including `to`, newest first.
 *
 * An empty `from` is the last tag before `to`, or, without one, the beginning.
 * @throws Error in one sentence when there is no repository, no commit, or no such revision
 */
export async function readHistory(range: HistoryRange, signal?: AbortSignal): Promise<History> {
  const call: GitCall = { repo: range.repo, ...(signal ? { signal } : {}) };
  await requireRepository(call);
  const to = await commitOf(range.to, "to", call);
  const shallow = (await askGit(["rev-parse", "--is-shallow-repository"], call)) === "true";
  const start = await startOf(range.from, to, call);
  const span = start.hash === undefined ? [to] : [to, `^${start.hash}`];
  const total = Number(await runGit(["rev-list", "--count", ...span], call));
  const format = `--format=${FIELDS.join("%x00")}`;
  const printed = await runGit(
    ["log", "-z", "--no-show-signature", "--no-color", `--max-count=${range.max}`, format, ...span],
    call,
  );
  const commits = toCommits(printed);
  const { kind, name } = start;
  const upTo = (await askGit(["describe", "--tags", "--exact-match", to], call)) ?? range.to;
  return { start: kind, from: name, to: upTo, commits, left: total - commits.length, shallow };
}

async function commitOf(revision: string, field: "from" | "to", call: GitCall): Promise<string> {
  // A revision that looks like an option is never handed to git.
  const hash = revision.startsWith("-")
    ? undefined
    : await askGit(["rev-parse", "--verify", "--quiet", `${revision}^{commit}`], call);
  if (hash) return hash;
  if (!(await askGit(["rev-list", "--max-count=1", "--all"], call))) {
    throw new Error(
      `The repository "${call.repo}" has no commits yet: make the first ones, then run this again.`,
    );
  }
  throw new Error(
    `There is no commit "${revision}" in "${call.repo}": give a tag, branch or commit hash as "${field}".`,
  );
}

interface Start {
  readonly kind: History["start"];
  readonly name: string;
  readonly hash?: string;
}

async function startOf(from: string, to: string, call: GitCall): Promise<Start> {
  if (from !== "") return { kind: "given", name: from, hash: await commitOf(from, "from", call) };
  let tag = await askGit(["describe", "--tags", "--abbrev=0", to], call);
  // Just tagged: the notes are those of this tag, so they start at the one before.
  if (tag && (await commitOf(tag, "from", call)) === to)
    tag = await askGit(["describe", "--tags", "--abbrev=0", `${to}^`], call);
  return tag
    ? { kind: "tag", name: tag, hash: await commitOf(tag, "from", call) }
    : { kind: "first", name: "the first commit" };
}

/** The commits in what `git log -z` printed with {@link FIELDS} between NULs. */
export function toCommits(printed: string): Commit[] {
  const parts = printed.split("\0");
  const commits: Commit[] = [];
  for (let i = 0; i + FIELDS.length <= parts.length; i += FIELDS.length) {
    const [hash, parents, author, date, subject, body] = parts.slice(i, i + FIELDS.length) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const merge = parents.includes(" ");
    commits.push({
      hash,
      subject,
      author,
      date,
      merge,
      breaking: breakingNote(body),
      reverts: revertedHash(body),
    });
  }
  return commits;
}

/** What the footer `BREAKING CHANGE: …` says, its indented or following lines included. */
function breakingNote(body: string): string | null {
  const match = /^BREAKING[ -]CHANGE:[ \t]*(\S[\s\S]*?)(?=\n\s*\n|\n[A-Za-z-]+: |$(?![\s\S]))/m.exec(body);
  return match ? match[1]!.replace(/\s+/g, " ").trim() : null;
}

function revertedHash(body: string): string | null {
  return /^This reverts commit ([0-9a-f]{7,64})/m.exec(body)?.[1] ?? null;
}

export const readHistoryTask = defineTask({
  id: "read-history",
  input: HistoryRange,
  output: History,
  run: async ({ input, signal, log }) => {
    const history = await readHistory(input, signal);
    log(`${history.commits.length} commits from ${history.from} to ${history.to}`);
    return history;
  },
});
