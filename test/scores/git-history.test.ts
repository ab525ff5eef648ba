import { execFileSync } from "node:child_process";
import path from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { gitEnvironment } from "../../scores/lib/git.ts";
import { readHistory, toCommits } from "../../scores/lib/git-history.ts";
import { addFiles, TempRepo, tempFolder } from "./temp.ts";

const range = (repo: string, some: object = {}) => ({ repo, from: "", to: "HEAD", max: 500, ...some });
const subjects = (history: { commits: readonly { subject: string }[] }) =>
  history.commits.map((commit) => commit.subject);

describe("reading a range of history", () => {
  test("without tags it begins with the first commit, newest first", async () => {
    const repo = new TempRepo();
    repo.commit("feat: one");
    const second = repo.commit("fix: two");

    const history = await readHistory(range(repo.folder));

    expect(subjects(history)).toEqual(["fix: two", "feat: one"]);
    expect(history).toMatchObject({
      start: "first",
      from: "the first commit",
      to: "HEAD",
      left: 0,
      shallow: false,
    });
    expect(history.commits[0]).toEqual({
      hash: second,
      subject: "fix: two",
      author: "Ada",
      date: expect.stringMatching(/^2026-01-01T02:00:00/),
      merge: false,
      breaking: null,
      reverts: null,
    });
  });

  test("it begins after the last tag", async () => {
    const repo = new TempRepo();
    repo.commit("one");
    repo.git("tag", "v1.0.0");
    repo.commit("two");

    const history = await readHistory(range(repo.folder));

    expect(subjects(history)).toEqual(["two"]);
    expect(history).toMatchObject({ start: "tag", from: "v1.0.0" });
  });

  test("just after tagging, the notes are those of the new tag", async () => {
    const repo = new TempRepo();
    repo.commit("one");
    repo.git("tag", "v1.0.0");
    repo.commit("two");
    repo.git("tag", "v1.1.0");

    const history = await readHistory(range(repo.folder));

    expect(subjects(history)).toEqual(["two"]);
    expect(history).toMatchObject({ from: "v1.0.0", to: "v1.1.0" });
  });

  test("with a tag on the last commit only, it begins with the first commit", async () => {
    const repo = new TempRepo();
    repo.commit("one");
    repo.commit("two");
    repo.git("tag", "v1.0.0");

    const history = await readHistory(range(repo.folder));

    expect(subjects(history)).toEqual(["two", "one"]);
    expect(history).toMatchObject({ start: "first", to: "v1.0.0" });
  });

  test("from and to may be given, and an empty range is no failure", async () => {
    const repo = new TempRepo();
    const [one, two] = [repo.commit("one"), repo.commit("two")];
    repo.commit("three");

    expect(subjects(await readHistory(range(repo.folder, { from: one, to: two })))).toEqual(["two"]);
    expect(subjects(await readHistory(range(repo.folder, { from: "HEAD" })))).toEqual([]);
  });

  test("what max leaves out is counted", async () => {
    const repo = new TempRepo();
    for (const subject of ["one", "two", "three"]) repo.commit(subject);

    const history = await readHistory(range(repo.folder, { max: 2 }));

    expect(subjects(history)).toEqual(["three", "two"]);
    expect(history.left).toBe(1);
  });

  test("merges are marked", async () => {
    const repo = new TempRepo();
    repo.commit("one");
    repo.git("checkout", "--quiet", "-b", "side");
    repo.commit("on the side", { "side.txt": "" });
    repo.git("checkout", "--quiet", "main");
    repo.git("merge", "--quiet", "--no-ff", "-m", "Merge side", "side");

    const history = await readHistory(range(repo.folder));

    expect(history.commits.filter((commit) => commit.merge).map((commit) => commit.subject)).toEqual([
      "Merge side",
    ]);
  });

  test("a breaking footer and the commit a revert is about are read from the body", async () => {
    const repo = new TempRepo();
    const one = repo.commit("one", { "one.ts": "" });
    repo.commit(
      "feat: two\n\nWhy it was done.\n\nBREAKING CHANGE: `run` takes an object,\n  not a string.\nRefs: #12",
    );
    repo.git("revert", "--no-edit", one);

    const [revert, breaking] = (await readHistory(range(repo.folder))).commits;

    expect(breaking?.breaking).toBe("`run` takes an object, not a string.");
    expect(revert?.reverts).toBe(one);
  });

  test("bodies with blank lines, quotes and unit separators stay in their commit", () => {
    const printed = [
      "h1",
      "p1 p2",
      "Ada",
      "2026",
      'a "subject"\u001f',
      "body\n\nmore\n",
      "h2",
      "",
      "Bob",
      "2025",
      "b",
      "",
      "",
    ].join("\0");

    const commits = toCommits(printed);

    expect(commits.map(({ hash, subject, merge }) => [hash, subject, merge])).toEqual([
      ["h1", 'a "subject"\u001f', true],
      ["h2", "b", false],
    ]);
  });
});

describe("a repository that gives no notes says so in one sentence", () => {
  test("a folder that is not there", async () => {
    const missing = path.join(tempFolder(), "missing");

    await expect(readHistory(range(missing))).rejects.toThrow(
      `There is no folder "${missing}": give the folder of a git repository`,
    );
  });

  test("a folder that is no repository", async () => {
    const folder = tempFolder();

    await expect(readHistory(range(folder))).rejects.toThrow(
      `"${folder}" is not inside a git repository: run this in one`,
    );
  });

  test("a repository without commits", async () => {
    const repo = new TempRepo();

    await expect(readHistory(range(repo.folder))).rejects.toThrow("has no commits yet: make the first ones");
  });

  test.each(["v9", "--output=/tmp/x"])("a revision that is not there: %s", async (from) => {
    const repo = new TempRepo();
    repo.commit("one");
    repo.commit("two");

    await expect(readHistory(range(repo.folder, { from }))).rejects.toThrow(`There is no commit "${from}"`);
    await expect(readHistory(range(repo.folder, { to: from }))).rejects.toThrow(
      'give a tag, branch or commit hash as "to"',
    );
  });

  test("what git itself objects to, without its word for fatal", async () => {
    const repo = new TempRepo();
    addFiles(repo.folder, { ".git/config": "[core\n" });

    await expect(readHistory(range(repo.folder))).rejects.toThrow(
      /^git could not read ".*": bad config line 1 in file .*\.$/,
    );
  });

  test("a machine without git", async () => {
    const folder = tempFolder();
    vi.stubEnv("PATH", folder);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });

    await expect(readHistory(range(folder))).rejects.toThrow(
      "git is not installed, or not on the PATH: install it",
    );
  });
});

test("a repository with one commit gives that commit", async () => {
  const repo = new TempRepo();
  repo.commit("one");

  const history = await readHistory(range(repo.folder));

  expect(history).toMatchObject({ start: "first", left: 0, shallow: false });
  expect(history.commits.map(({ subject }) => subject)).toEqual(["one"]);
});

test("a clone of depth 1 gives its commit, and is marked", async () => {
  const repo = new TempRepo();
  repo.commit("one");
  repo.commit("two");
  const clone = path.join(tempFolder(), "clone");
  execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${repo.folder}`, clone]);

  const history = await readHistory(range(clone));

  expect(history.shallow).toBe(true);
  expect(history.commits.map(({ subject }) => subject)).toEqual(["two"]);
});

test("a shallow clone of more than one commit is marked", async () => {
  const repo = new TempRepo();
  for (const subject of ["one", "two", "three"]) repo.commit(subject);
  const clone = path.join(tempFolder(), "clone");
  execFileSync("git", ["clone", "--quiet", "--depth=2", `file://${repo.folder}`, clone]);

  expect(await readHistory(range(clone))).toMatchObject({
    shallow: true,
    commits: [{ subject: "three" }, { subject: "two" }],
  });
});

test("a signal that is set off stops git", async () => {
  const repo = new TempRepo();
  repo.commit("one");

  await expect(readHistory(range(repo.folder), AbortSignal.abort(new Error("stopped")))).rejects.toThrow(
    "stopped",
  );
});

test("a hook's own repository is not read instead of the one that was asked for", () => {
  const environment = gitEnvironment({
    PATH: "/bin",
    GIT_DIR: "/other/.git",
    GIT_INDEX_FILE: "x",
    GIT_AUTHOR_NAME: "Ada",
  });

  expect(environment).toMatchObject({ PATH: "/bin", GIT_AUTHOR_NAME: "Ada", LC_ALL: "C" });
  expect(Object.keys(environment)).not.toContain("GIT_DIR");
  expect(Object.keys(environment)).not.toContain("GIT_INDEX_FILE");
});
