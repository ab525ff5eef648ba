import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { templateFiles } from "../../src/cli/template/workspace.ts";

test("the workflow of docs/ci.md is the one that init writes", () => {
  const page = readFileSync(fileURLToPath(new URL("../../docs/ci.md", import.meta.url)), "utf8");
  const file = templateFiles({ name: "demo", version: "1.0.0" }).find(({ path }) =>
    path.endsWith("maestro.yml"),
  );

  const [, shown] = /```yaml\n# \.github\/workflows\/maestro\.yml\n([\s\S]*?)```/.exec(page) ?? [];

  expect(file?.path).toBe(".github/workflows/maestro.yml");
  expect(shown).toBe(file?.text);
});
