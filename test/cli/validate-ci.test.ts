import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { folderInRepository } from "../../src/cli/folder-in-repository.ts";
import { templateFiles } from "../../src/cli/template/workspace.ts";
import { toJsonReport } from "../../src/diagnostics/print/json.ts";

test("the workflow of docs/ci.md is the one that init writes", () => {
  const page = readFileSync(fileURLToPath(new URL("../../docs/ci.md", import.meta.url)), "utf8");
  const file = templateFiles({ name: "demo", version: "1.0.0" }).find(({ path }) =>
    path.endsWith("maestro.yml"),
  );

  const [, shown] = /```yaml\n# \.github\/workflows\/maestro\.yml\n([\s\S]*?)```/.exec(page) ?? [];

  expect(file?.path).toBe(".github/workflows/maestro.yml");
  expect(shown).toBe(file?.text);
});

test("GitHub is told where files are in the repository, and not in the workspace", () => {
  const repository = realpathSync(mkdtempSync(join(tmpdir(), "maestro-repository-")));
  onTestFinished(() => rmSync(repository, { recursive: true, force: true }));
  const root = join(repository, "apps/mail");
  mkdirSync(root, { recursive: true });

  expect(folderInRepository(root, { GITHUB_WORKSPACE: repository })).toBe("apps/mail/");
  expect(folderInRepository(repository, { GITHUB_WORKSPACE: repository })).toBe("");
  expect(folderInRepository(root, {})).toBe("");
  expect(folderInRepository(tmpdir(), { GITHUB_WORKSPACE: repository })).toBe("");
  expect(folderInRepository(root, { GITHUB_WORKSPACE: join(repository, "gone") })).toBe("");
});

/** Every key of `value`, at any depth. */
function keysIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => [
    ...(Array.isArray(value) ? [] : [key]),
    ...keysIn(inside),
  ]);
}

test("docs/ci.md shows a report as it is written, with every field there can be", () => {
  const page = readFileSync(fileURLToPath(new URL("../../docs/ci.md", import.meta.url)), "utf8");
  const [, shown] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  const documented = JSON.parse(shown!) as ReturnType<typeof toJsonReport>;

  const { scores, durationMs, remark, diagnostics } = documented;
  const written = toJsonReport(diagnostics, { scores, durationMs, remark });

  expect(written).toStrictEqual(documented);
  expect(new Set(keysIn(documented))).toEqual(
    new Set(
      [
        [
          "version",
          "ok",
          "scores",
          "durationMs",
          "counts",
          "errors",
          "warnings",
          "infos",
          "remark",
          "diagnostics",
          "fix",
          "title",
          "edits",
          "text",
        ],
        ["code", "name", "severity", "message", "hint", "at", "others", "notes", "subject"],
        ["file", "line", "column", "endLine", "endColumn", "label"],
      ].flat(),
    ),
  );
});
