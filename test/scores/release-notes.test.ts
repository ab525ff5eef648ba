import { describe, expect, test } from "vitest";
import { classify, type Kind, readChanges, toChanges } from "../../scores/lib/classify-commit.ts";
import type { Commit } from "../../scores/lib/git-history.ts";
import { checkGroups, groupNotes } from "../../scores/lib/group-notes.ts";
import { isTrivial, pickCommits } from "../../scores/lib/pick-commits.ts";
import { note } from "./note.ts";
import { TempRepo } from "./temp.ts";

const commit = (some: Partial<Commit>): Commit => ({
  hash: "a1",
  subject: "work",
  author: "Ada",
  date: "2026-01-01T00:00:00Z",
  merge: false,
  breaking: null,
  reverts: null,
  ...some,
});
const code = { paths: ["src/run.ts"], added: 1, removed: 0 };
const kindOf = (subject: string, paths: readonly string[] = code.paths) =>
  classify(commit({ subject }), { ...code, paths }).kind;

describe("picking commits", () => {
  test("merges and trivial commits are left out and counted", () => {
    const commits = [
      commit({ hash: "1", subject: "feat: a" }),
      commit({ hash: "2", subject: "Merge branch 'x'", merge: true }),
      commit({ hash: "3", subject: "fixup! feat: a" }),
    ];

    const { worth, skipped } = pickCommits(commits);

    expect(worth.map(({ hash }) => hash)).toEqual(["1"]);
    expect(skipped).toEqual({ merges: 1, trivial: 1, undone: 0 });
  });

  test.each([
    "fixup! a",
    "squash! a",
    "WIP",
    "wip: try",
    "v1.2.3",
    "1.2.0-rc.1",
    "Release 2.0.0",
    "chore(release): 1.0.0",
    "fix typo",
    "Typos.",
    "lint",
    "format code",
    "",
    "...",
  ])("%j is trivial", (subject) => {
    expect(isTrivial(subject)).toBe(true);
  });

  test.each([
    "fix: typo in the name of an option",
    "Release the lock before waiting",
    "Format dates as ISO",
    "linting of scores",
    "wipe the cache",
  ])("%j is not trivial", (subject) => {
    expect(isTrivial(subject)).toBe(false);
  });

  test("a commit and its revert in one range cancel each other", () => {
    const commits = [
      commit({ hash: "2b", subject: 'Revert "feat: a"', reverts: "1a" }),
      commit({ hash: "1a", subject: "feat: a" }),
    ];

    expect(pickCommits(commits)).toEqual({ worth: [], skipped: { merges: 0, trivial: 0, undone: 2 } });
  });

  test("a revert of something older than the range is news", () => {
    const { worth } = pickCommits([commit({ hash: "2b", reverts: "0f" })]);

    expect(worth).toHaveLength(1);
  });

  test("a revert of a revert brings the first commit back", () => {
    const commits = [
      commit({ hash: "3c", reverts: "2b" }),
      commit({ hash: "2b", reverts: "1a" }),
      commit({ hash: "1a", subject: "feat: a" }),
    ];

    expect(pickCommits(commits).worth.map(({ hash }) => hash)).toEqual(["1a"]);
  });
});

describe("classifying a commit", () => {
  test.each<[string, Kind]>([
    ["feat: a", "feature"],
    ["Feat(cli): a", "feature"],
    ["fix: a", "fix"],
    ["perf(store): a", "performance"],
    ["docs: a", "docs"],
    ["chore: a", "internal"],
    ["refactor(core): a", "internal"],
    ["feat!: a", "breaking"],
    ["chore(api)!: a", "breaking"],
  ])("by its prefix: %j is %s", (subject, kind) => {
    const result = classify(commit({ subject }), code);

    expect(result).toMatchObject({ kind, guessed: false, text: "A" });
  });

  test("a BREAKING CHANGE footer makes it breaking, whatever its prefix", () => {
    const result = classify(commit({ subject: "fix: a", breaking: "`run` is gone." }), code);

    expect(result).toMatchObject({
      kind: "breaking",
      breaking: "`run` is gone.",
      because: "its BREAKING CHANGE footer",
    });
  });

  test("a prefix wins over the paths", () => {
    expect(kindOf("fix: a", ["README.md"])).toBe("fix");
  });

  test.each<[string, readonly string[], Kind]>([
    ["Say it better", ["README.md", "docs/start.md"], "docs"],
    ["Add a case", ["test/run.test.ts", ".github/workflows/ci.yml"], "internal"],
    ["Add a case", ["package-lock.json", "tsconfig.json"], "internal"],
    ["Add a case", ["test/run.test.ts", "src/run.ts"], "feature"],
    ["Add a case", ["src/contest/latest.ts"], "feature"],
  ])("without a prefix by its paths: %j in %j is %s", (subject, paths, kind) => {
    expect(kindOf(subject, paths)).toBe(kind);
  });

  test.each<[string, Kind]>([
    ["Drop support for Node 18", "breaking"],
    ["Fix a race at start", "fix"],
    ["Parser no longer loops", "fix"],
    ["Make reading twice as fast: faster scans", "performance"],
    ["Document it in the readme", "docs"],
    ["Allow tags", "feature"],
    ["Tidy", "internal"],
  ])("then by words of its subject: %j is %s", (subject, kind) => {
    expect(classify(commit({ subject }), code)).toMatchObject({ kind, guessed: true });
  });

  test("a prefix that is no kind names a part of the code, and the rest tells", () => {
    expect(classify(commit({ subject: "parser: fix a loop." }), code)).toMatchObject({
      scope: "parser",
      kind: "fix",
      text: "Fix a loop",
    });
  });

  test("names of functions keep their small letter", () => {
    expect(classify(commit({ subject: "fix: run() ends" }), code).text).toBe("run() ends");
  });

  test("paths with spaces, line breaks and umlauts are counted, binary files without lines", () => {
    const printed = "3\t1\tsrc/a b.ts\0-\t-\tlogo.png\x000\t2\tgrün\n.md\0";

    expect(toChanges(printed)).toEqual({
      paths: ["src/a b.ts", "logo.png", "grün\n.md"],
      added: 3,
      removed: 3,
    });
  });

  test("the changes of a commit are read from git, the first commit's too", async () => {
    const repo = new TempRepo();
    const hash = repo.commit("one", { "a b.ts": "1\n2\n", "ü.md": "x\n" });

    const changes = await readChanges({ repo: repo.folder, hash });

    expect(changes).toEqual({ paths: ["a b.ts", "ü.md"], added: 3, removed: 0 });
  });
});

describe("grouping and checking", () => {
  test("groups come in the order of urgency, without empty ones, by scope inside", () => {
    const groups = groupNotes([
      note("1", "internal"),
      note("2", "fix", { scope: "store" }),
      note("3", "fix", { scope: "cli" }),
      note("4", "breaking"),
    ]);

    expect(groups.map(({ kind, notes }) => [kind, ...notes.map(({ hash }) => hash)])).toEqual([
      ["breaking", "4"],
      ["fix", "3", "2"],
      ["internal", "1"],
    ]);
  });

  test("notes are complete when every commit is in exactly one group", () => {
    const groups = groupNotes([note("1", "fix"), note("2", "docs")]);

    const { complete, counts } = checkGroups(["1", "2"], groups, 0);

    expect(complete).toBe(true);
    expect(counts).toEqual({ breaking: 0, feature: 0, fix: 1, performance: 0, docs: 1, internal: 0 });
  });

  test.each([
    ["a commit in no group", ["1", "2"], ["1"], 0, { missing: ["2"] }],
    ["a commit twice", ["1"], ["1", "1"], 0, { doubled: ["1"] }],
    ["a commit from elsewhere", ["1"], ["1", "9"], 0, { strange: ["9"] }],
    ["a range that was not read to its end", ["1"], ["1"], 7, { left: 7 }],
  ])("%s makes them incomplete", (_what, expected, grouped, left, found) => {
    const groups = groupNotes(grouped.map((hash) => note(hash, "fix")));

    expect(checkGroups(expected, groups, left)).toMatchObject({ complete: false, ...found });
  });
});
