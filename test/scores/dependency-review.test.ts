import { describe, expect, test } from "vitest";
import {
  completeVerdicts,
  MOST_SUBJECTS,
  pickSubjects,
  renderReview,
} from "../../scores/lib/dependency-review.ts";
import { readPackage, readPackageTool } from "../../scores/lib/read-package.ts";
import type { ToolRecord } from "../../src/define/define-tool.ts";
import { tempFolder } from "./temp.ts";

const entry = (path: string, version: string, licence: string | null = "MIT") => ({
  path: `node_modules/${path}`,
  name: path.slice(path.lastIndexOf("/") + 1),
  version,
  licence,
  dev: false,
});

describe("the packages that somebody has to look at", () => {
  test("are those without a licence, then those in several versions", () => {
    const subjects = pickSubjects([
      entry("a", "1.0.0"),
      entry("b", "1.0.0"),
      entry("a/node_modules/b", "2.0.0"),
      entry("c", "1.0.0", null),
    ]);

    expect(subjects.map(({ name, why, paths }) => [name, why, paths.length])).toEqual([
      ["c", "it names no licence", 1],
      ["b", "it is there in 2 versions: 1.0.0, 2.0.0", 2],
    ]);
  });

  test("are so few that a model can read them", () => {
    const many = Array.from({ length: 500 }, (_, n) => entry(`p${n}`, "1.0.0", null));

    expect(pickSubjects(many)).toHaveLength(MOST_SUBJECTS);
  });

  test("have a verdict each: what nobody spoke of is not decided, what nobody asked for is left out", () => {
    const subjects = pickSubjects([entry("c", "1.0.0", null), entry("d", "1.0.0", null)]);

    const verdicts = completeVerdicts(subjects, [
      { name: "c", decision: "keep", why: "Fine.\n# <b>" },
      { name: "leftpad", decision: "replace", why: "By nothing." },
    ]);

    expect(renderReview(subjects, verdicts)).toBe(
      "- **c**: keep. Fine. # \\<b> (it names no licence)\n- **d**: unsure. nothing was said of it (it names no licence)\n",
    );
    expect(renderReview([], [])).toMatch(/^Every package/);
  });
});

describe("the tool that reads a package", () => {
  const { constraints } = readPackageTool as unknown as ToolRecord;
  const isAllowed = (input: { folder: string; path: string }) =>
    Object.values(constraints as Record<string, (input: unknown) => boolean>).every((holds) => holds(input));

  test("gives what the package says of itself, and only the beginning of long texts", async () => {
    const folder = tempFolder({
      "node_modules/@a/b/package.json": '{ "name": "@a/b", "version": "1.0.0", "license": "MIT" }',
      "node_modules/@a/b/LICENSE.txt": "Permission is granted",
      "node_modules/@a/b/README.md": "x".repeat(100_000),
    });

    const said = await readPackage(folder, "node_modules/@a/b");

    expect(said).toMatchObject({ name: "@a/b", licence: "MIT", licenceText: "Permission is granted" });
    expect(said.readme).toHaveLength(4_000);
  });

  test.each(["node_modules/a", "node_modules/@a/b", "node_modules/a/node_modules/b"])(
    "may read %s",
    (path) => {
      expect(isAllowed({ folder: ".", path })).toBe(true);
    },
  );

  test.each([
    [".", "../../etc"],
    [".", "node_modules/../../.."],
    [".", "node_modules/.."],
    [".", "node_modules/a/../../.env"],
    [".", "/etc/passwd"],
    [".", ".env"],
    ["..", "node_modules/a"],
    ["/", "node_modules/a"],
    ["scores/../../x", "node_modules/a"],
  ])("may not read %s / %s", (folder, path) => {
    expect(isAllowed({ folder, path })).toBe(false);
  });
});
