import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { findCommit, GitRefusal } from "../../src/compile/diff/git.ts";
import { FILES, LIB, makeRepository, SCORE } from "./repository.ts";

const state = (git: (...words: string[]) => string) => [
  git("status", "--porcelain"),
  git("ls-files", "--stage"),
  git("worktree", "list"),
];

test("one ref is compared with the working tree, two with one another", async () => {
  const repository = makeRepository(FILES);
  repository.edit(SCORE, "max: 20 }, timeout", "max: 30 }, timeout");
  repository.commit();
  repository.edit(SCORE, "max: 30 }, timeout", "max: 40 }, timeout");

  expect(await repository.changes()).toEqual(["review found input.max: 30 → 40"]);
  expect(await repository.changes("HEAD~1")).toEqual(["review found input.max: 20 → 40"]);
  expect(await repository.changes("HEAD~1..HEAD")).toEqual(["review found input.max: 20 → 30"]);
  expect(await repository.changes("HEAD~1..")).toEqual(["review found input.max: 20 → 30"]);
});

test("three dots compare with where the two went apart, as a pull request does", async () => {
  const repository = makeRepository(FILES);
  repository.git("checkout", "-q", "-b", "next");
  repository.edit(SCORE, "maxItems: 50", "maxItems: 40");
  repository.commit();
  repository.git("checkout", "-q", "main");
  repository.edit(SCORE, "max: 20 }, timeout", "max: 30 }, timeout");
  repository.commit();

  expect(await repository.changes("main...next")).toEqual(["review drafts maxItems: 50 → 40"]);
});

test("neither the working tree nor the index nor the temporary folder keeps a trace", async () => {
  const repository = makeRepository(FILES);
  repository.edit(SCORE, "max: 20 }, timeout", "max: 30 }, timeout");
  repository.git("add", "-A");
  repository.edit(SCORE, "max: 30 }, timeout", "max: 40 }, timeout");
  const before = state(repository.git);
  // Its own: others compare at the same time.
  const folder = mkdtempSync(join(tmpdir(), "maestro-folder-"));
  vi.stubEnv("TMPDIR", folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  await repository.maestro("diff", "HEAD");

  expect(state(repository.git)).toEqual(before);
  expect(readdirSync(folder)).toEqual([]);
  expect(existsSync(join(repository.root, ".git/worktrees"))).toBe(false);
});

test("a workspace in a folder of a larger repository is compared with what it imports from outside", async () => {
  const lib = FILES[LIB];
  const repository = makeRepository(
    {
      [SCORE]: FILES[SCORE].replace("./lib/leads.ts", "../../../shared/leads.ts"),
      "../../shared/leads.ts": lib,
    },
    "apps/sales",
  );
  repository.edit("../../shared/leads.ts", "count > 3", "count > 4");

  expect(await repository.changes()).toEqual(["review code of found changed"]);
});

test("what git ignores is taken from the working tree: generated code is there for the older side too", async () => {
  const repository = makeRepository({
    ...FILES,
    [SCORE]: FILES[SCORE].replace("./lib/leads.ts", "../generated/leads.ts"),
    ".gitignore": "node_modules\n.maestro\ngenerated\n",
    "generated/leads.ts": FILES[LIB],
  });
  repository.edit(SCORE, "max: 20 }, timeout", "max: 30 }, timeout");

  expect(await repository.changes()).toEqual(["review found input.max: 20 → 30"]);
});

test("what a repository keeps out of its archives is compared all the same", async () => {
  const repository = makeRepository({ ...FILES, ".gitattributes": "scores export-ignore\n" });

  expect((await repository.maestro("diff")).stdout).toContain("no differences");
});

test("a commit without a workspace has nothing, and everything is new", async () => {
  const repository = makeRepository(FILES);
  const empty = repository
    .git("commit-tree", "4b825dc642cb6eb9a060e54bf8d69288fbee4904", "-m", "empty")
    .trim();

  const { code, stdout } = await repository.maestro("diff", empty);

  expect(code).toBe(0);
  expect(stdout).toContain("score leads added");
});

test.each([
  ["no-such-branch", "no-such-branch"],
  ["HEAD..no-such-branch", "no-such-branch"],
  ["no-such-branch...HEAD", "no-such-branch"],
  ["HEAD:scores", "HEAD:scores"],
  ["HEAD..--output=stolen", "--output=stolen"],
])("%s is a wrong word, told in one sentence", async (words, named) => {
  const repository = makeRepository(FILES);

  const { code, stdout, stderr } = await repository.maestro("diff", words);

  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toMatch(new RegExp(`^error: git knows no commit "${named}"\\.\n  hint: .*\n$`));
  expect(existsSync(join(repository.root, "stolen"))).toBe(false);
});

test("a ref that begins with - is never an option of git", async () => {
  const repository = makeRepository(FILES);

  const { code, stderr } = await repository.maestro("diff", "--", "--all");

  expect(code).toBe(2);
  expect(stderr).toContain('git knows no commit "--all".');
});

test("for a ref that begins with - git is not even asked", async () => {
  const nowhere = { folder: tmpdir(), env: { PATH: "" } };

  await expect(findCommit("--all", nowhere)).rejects.toBeInstanceOf(GitRefusal);
  await expect(findCommit("main", nowhere)).rejects.toMatchObject({ code: "MR2009" });
});

test("who interrupts it leaves no folder behind", async () => {
  const repository = makeRepository(FILES);
  const folder = join(repository.root, "node_modules/tmp");
  mkdirSync(folder);
  vi.stubEnv("TMPDIR", folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  let interrupt = () => {};
  const ended = repository
    .interruptible((handler) => {
      interrupt = handler;
    }, "diff")
    .catch(() => undefined);
  await expect.poll(() => readdirSync(folder), { interval: 1 }).toHaveLength(1);

  expect(interrupt).toThrow("it left with 130");

  expect(readdirSync(folder)).toEqual([]);
  await ended;
});

test("a workspace in no repository is a wrong place", async () => {
  const repository = makeRepository(FILES);
  rmSync(join(repository.root, ".git"), { recursive: true });

  const { code, stderr } = await repository.maestro("diff");

  expect(code).toBe(2);
  expect(stderr).toContain("is not in a git repository.");
});

test("a score that neither side has is a wrong word", async () => {
  const repository = makeRepository(FILES);

  const { code, stderr } = await repository.maestro("diff", "HEAD", "laeds");

  expect(code).toBe(2);
  expect(stderr).toContain('There is no score "laeds"');
  expect(stderr).toContain('did you mean "leads"?');
});

test("named scores are compared alone", async () => {
  const repository = makeRepository({
    ...FILES,
    "scores/other.ts": FILES[SCORE].replace('id: "leads"', 'id: "other"'),
  });
  repository.edit(SCORE, "max: 20 }, timeout", "max: 30 }, timeout");
  repository.edit("scores/other.ts", "max: 20 }, timeout", "max: 40 }, timeout");

  expect(await repository.changes("HEAD", "other")).toEqual(["review found input.max: 20 → 40"]);
});

test("--exit-code gives 1 when there are differences", async () => {
  const repository = makeRepository(FILES);
  const same = await repository.maestro("diff", "--exit-code");
  repository.edit(SCORE, "maxItems: 50", "maxItems: 60");

  expect(same.code).toBe(0);
  expect((await repository.maestro("diff")).code).toBe(0);
  expect((await repository.maestro("diff", "--exit-code")).code).toBe(1);
});

test("a newer side that does not compile is told, compared as far as it goes, and gives 1", async () => {
  const repository = makeRepository({
    ...FILES,
    "scores/other.ts": FILES[SCORE].replace('id: "leads"', 'id: "other"'),
  });
  repository.edit(SCORE, "defineScore({", "defineScore({{");
  repository.edit("scores/other.ts", "maxItems: 50", "maxItems: 60");

  const { code, stdout, stderr } = await repository.maestro("diff");

  expect(code).toBe(1);
  expect(stderr).toMatch(/^the working tree: scores\/leads\.ts:\d+:\d+ {2}error MS1003 /);
  expect(stdout).toContain("score leads is not compared: scores/leads.ts does not load at the working tree");
  expect(stdout).toContain("drafts maxItems: 50 → 60");
  expect(stdout).not.toContain("removed");
});

test("an older side that does not compile is told, and is no failure", async () => {
  const repository = makeRepository(FILES);
  repository.edit(LIB, "export const findLeads", "throw new Error('no'); export const findLeads");
  repository.commit();
  repository.git("checkout", "-q", "HEAD~1", "--", ".");

  const { code, stdout, stderr } = await repository.maestro("diff");

  expect(code).toBe(0);
  expect(stderr).toMatch(/^HEAD: .*error MS1004/);
  expect(stdout).toContain("score leads is not compared: scores/leads.ts does not load at HEAD");
});
