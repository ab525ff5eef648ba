/** What a commit is to the people who read release notes. */
import { defineTask } from "maestro-ts";
import { z } from "zod";
import { runGit } from "./git.ts";
import { Commit } from "./git-history.ts";

export const KINDS = ["breaking", "feature", "fix", "performance", "docs", "internal"] as const;
export const Kind = z.enum(KINDS);
export type Kind = z.infer<typeof Kind>;

/** One line of the notes. `because` says how the kind was found; `guessed` when the author did not say it. */
export const Note = z.object({
  hash: z.string(),
  kind: Kind,
  scope: z.string().nullable(),
  text: z.string(),
  breaking: z.string().nullable(),
  because: z.string(),
  guessed: z.boolean(),
  files: z.int(),
  added: z.int(),
  removed: z.int(),
});
export type Note = z.infer<typeof Note>;

/** What a commit changed: paths, and lines in text files. */
export interface Changes {
  readonly paths: readonly string[];
  readonly added: number;
  readonly removed: number;
}

const PREFIXES: Readonly<Record<string, Kind>> = {
  feat: "feature",
  feature: "feature",
  fix: "fix",
  bugfix: "fix",
  hotfix: "fix",
  security: "fix",
  perf: "performance",
  docs: "docs",
  doc: "docs",
  ...Object.fromEntries(
    ["build", "chore", "ci", "deps", "refactor", "release", "revert", "style", "test", "tests"].map((p) => [
      p,
      "internal" as const,
    ]),
  ),
};

const DOCS_PATH =
  /(^|\/)(docs?|documentation)\/|\.(md|mdx|markdown|rst|adoc|txt)$|(^|\/)(LICEN[CS]E|AUTHORS|NOTICE)$/i;
const INTERNAL_PATH =
  /(^|\/)(tests?|__tests__|spec|fixtures|bench|\.github|\.gitlab|\.ci|\.circleci)\/|\.(test|spec)\.\w+$|(^|\/)(package-lock\.json|yarn\.lock|pnpm-lock\.yaml|\.[\w.-]+|tsconfig[\w.]*\.json|\w+\.config\.\w+)$/i;

/** Words of a subject that tell, tried in this order. */
const WORDS: readonly (readonly [RegExp, Kind, string])[] = [
  [/^(remove|drop)s?\b.*\b(support|api|option|flag|command)\b/i, "breaking", "it takes something away"],
  [
    /^(fix(e[sd])?|correct(s|ed)?|repair(s|ed)?|resolve[sd]?|prevent(s|ed)?|avoid(s|ed)?)\b/i,
    "fix",
    "its first word",
  ],
  [/\b(crash(es)?|regression|bug|no longer)\b/i, "fix", "a word in its subject"],
  [/\b(faster|quicker|speeds? up|performance|optimi[sz]ed?s?)\b/i, "performance", "a word in its subject"],
  [/\b(readme|documentation|docs|docblocks?|changelog)\b/i, "docs", "a word in its subject"],
  [
    /^(add(s|ed)?|allow(s|ed)?|support(s|ed)?|introduce[sd]?|implement(s|ed)?|enable[sd]?|new)\b/i,
    "feature",
    "its first word",
  ],
];

const NEVER_SAID: readonly [Kind, string] = ["internal", "nothing in it tells"];

/** What the commit is: by its conventional prefix, else by the paths it touches, else by words of its subject. */
export function classify(commit: Pick<Commit, "hash" | "subject" | "breaking">, changes: Changes): Note {
  const match = /^(\w+)(?:\(([^)]*)\))?(!)?:\s+(\S.*)$/.exec(commit.subject);
  const [, word = "", inParens, bang, rest = commit.subject] = match ?? [];
  const said = PREFIXES[word.toLowerCase()];
  // "parser: handle tabs" names a part of the code, not a kind of change.
  const scope = inParens || (match && !said ? word : null);
  const note = {
    hash: commit.hash,
    scope,
    text: toText(rest),
    breaking: commit.breaking,
    ...counted(changes),
  };
  if (bang || commit.breaking !== null) {
    return {
      ...note,
      kind: "breaking",
      because: bang ? "the ! in its prefix" : "its BREAKING CHANGE footer",
      guessed: false,
    };
  }
  if (said) return { ...note, kind: said, because: `its prefix "${word}"`, guessed: false };
  const [kind, because] = guess(rest, changes.paths);
  return { ...note, kind, because, guessed: true };
}

function guess(subject: string, paths: readonly string[]): readonly [Kind, string] {
  if (paths.length > 0 && paths.every((path) => DOCS_PATH.test(path)))
    return ["docs", "it touches documents only"];
  if (paths.length > 0 && paths.every((path) => DOCS_PATH.test(path) || INTERNAL_PATH.test(path))) {
    return ["internal", "it touches tests, tools and settings only"];
  }
  for (const [pattern, kind, because] of WORDS) {
    if (pattern.test(subject)) return [kind, because];
  }
  return NEVER_SAID;
}

function counted({ paths, added, removed }: Changes): Pick<Note, "files" | "added" | "removed"> {
  return { files: paths.length, added, removed };
}

/** The subject as a line of prose: a capital first, unless it starts with code, and no full stop. */
function toText(subject: string): string {
  const text = subject.trim().replace(/\.$/, "");
  const first = text.split(/\s/)[0]!;
  return /^[a-z][a-z'-]*$/.test(first) ? text[0]!.toUpperCase() + text.slice(1) : text;
}

/** The changes in what `git show --numstat -z` printed: `added TAB removed TAB path NUL`, `-` for binary files. */
export function toChanges(printed: string): Changes {
  const paths: string[] = [];
  let added = 0;
  let removed = 0;
  for (const row of printed.split("\0")) {
    const [plus, minus, path] = row.replace(/^\n+/, "").split("\t");
    if (path === undefined) continue;
    paths.push(path);
    added += Number(plus) || 0;
    removed += Number(minus) || 0;
  }
  return { paths, added, removed };
}

const NUMSTAT = [
  "show",
  "--numstat",
  "-z",
  "--format=",
  "--no-renames",
  "--no-ext-diff",
  "--no-textconv",
  "--no-show-signature",
];

export async function readChanges(
  { repo, hash }: { repo: string; hash: string },
  signal?: AbortSignal,
): Promise<Changes> {
  return toChanges(await runGit([...NUMSTAT, hash], { repo, ...(signal ? { signal } : {}) }));
}

export const classifyCommitTask = defineTask({
  id: "classify-commit",
  input: z.object({ repo: z.string(), commit: Commit }),
  output: Note,
  run: async ({ input: { repo, commit }, signal }) =>
    classify(commit, await readChanges({ repo, hash: commit.hash }, signal)),
});
