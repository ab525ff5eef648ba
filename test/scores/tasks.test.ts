import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { checkFileTask } from "../../scores/lib/check-file.ts";
import { classifyCommitTask } from "../../scores/lib/classify-commit.ts";
import { readHistoryTask } from "../../scores/lib/git-history.ts";
import { checkGroupsTask, groupNotesTask } from "../../scores/lib/group-notes.ts";
import { refuseBrokenTask, sumUpTask } from "../../scores/lib/link-result.ts";
import { readLockfileTask } from "../../scores/lib/lockfile.ts";
import { listMarkdownTask } from "../../scores/lib/markdown-files.ts";
import { leaveUnmeasuredTask, measurePackageTask } from "../../scores/lib/measure-package.ts";
import { renderDependenciesTask } from "../../scores/lib/render-dependencies.ts";
import { renderGapsTask, renderNotesTask } from "../../scores/lib/render-notes.ts";
import { writeNotesTask } from "../../scores/lib/write-notes.ts";
import type { TaskRecord } from "../../src/define/record.ts";
import { TempRepo, tempFolder } from "./temp.ts";

/** What the task gives for `input`, both checked against its schemas as a run would. */
async function runTask(task: unknown, input: unknown): Promise<Record<string, never>> {
  const { run, input: takes, output: gives } = task as TaskRecord;
  const given = await takes["~standard"].validate(input);
  if (given.issues) throw new Error(`input: ${JSON.stringify(given.issues)}`);
  const call = { input: given.value, signal: new AbortController().signal, log: () => {} };
  const checked = await gives["~standard"].validate(await run(call as never));
  if (checked.issues) throw new Error(`output: ${JSON.stringify(checked.issues)}`);
  return checked.value;
}

test("release notes of a repository, task by task", async () => {
  const repo = new TempRepo();
  const hashes = [repo.commit("feat: one"), repo.commit("fix: two")];

  const history = await runTask(readHistoryTask, { repo: repo.folder, from: "", to: "HEAD", max: 10 });
  const commits = history.commits as unknown as { hash: string }[];
  const notes = await Promise.all(
    commits.map((commit) => runTask(classifyCommitTask, { repo: repo.folder, commit })),
  );
  const { groups } = await runTask(groupNotesTask, { notes });
  const checked = await runTask(checkGroupsTask, { expected: hashes, groups, left: 0 });
  const { markdown } = await runTask(renderNotesTask, {
    history,
    groups,
    skipped: { merges: 0, trivial: 0, undone: 0 },
  });
  const written = await runTask(writeNotesTask, { out: path.join(tempFolder(), "notes.md"), markdown });
  const gaps = await runTask(renderGapsTask, { ...checked, complete: false, left: 1 });

  expect(checked).toMatchObject({ complete: true, counts: { feature: 1, fix: 1 } });
  expect(markdown).toContain("## New\n\n- One");
  expect(existsSync(written.path as unknown as string)).toBe(true);
  expect(gaps.markdown).toContain("1 older commit");
});

test("links of a folder, task by task", async () => {
  const folder = tempFolder({ "a.md": "[a](no.md)" });

  const found = await runTask(listMarkdownTask, { folder, max: 10 });
  const report = await runTask(checkFileTask, { folder, file: "a.md" });
  const { broken, totals } = await runTask(sumUpTask, { reports: [report], filesLeft: 0 });

  expect(found).toEqual({ files: ["a.md"], left: 0 });
  expect(totals).toMatchObject({ links: 1, broken: 1, asked: 0 });
  await expect(runTask(refuseBrokenTask, { broken })).rejects.toThrow("1 link is broken: a.md:1 → no.md");
  await expect(runTask(refuseBrokenTask, { broken: [] })).resolves.toBeNull();
});

test("answers of the web reach the sum", async () => {
  const url = "https://a.example/";
  const reports = [{ file: "a.md", local: 0, other: 0, web: [{ at: "a.md:1", url }], broken: [] }];

  const { broken } = await runTask(sumUpTask, {
    reports,
    answers: [{ url, state: "broken", why: "gone" }],
    filesLeft: 0,
  });

  expect(broken).toEqual([{ at: "a.md:1", target: url, why: "gone" }]);
});

test("dependencies of a folder, task by task", async () => {
  const lockfile = { lockfileVersion: 3, packages: { "node_modules/a": { version: "1.0.0" } } };
  const folder = tempFolder({ "package-lock.json": JSON.stringify(lockfile), "node_modules/a/x.js": "123" });

  const { packages, name } = await runTask(readLockfileTask, { folder });
  const measured = await runTask(measurePackageTask, { folder, entry: packages?.[0] });
  const unmeasured = await runTask(leaveUnmeasuredTask, { packages });
  const totals = { packages: 1, dev: 0, measured: 1, bytes: 3, files: 1, duplicated: 0 };
  const facts = { name, totals, top: [], duplicates: [], licences: { counts: [], unknown: ["a@1.0.0"] } };
  const report = await runTask(renderDependenciesTask, facts);

  expect(measured).toMatchObject({ name: "a", bytes: 3 });
  expect(unmeasured.packages).toMatchObject([{ name: "a", bytes: null }]);
  expect(report.markdown).toContain("# Dependencies of this folder");
});
