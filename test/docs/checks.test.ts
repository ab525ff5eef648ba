import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checksPage } from "../../build/checks-page.ts";
import { examplesByCode } from "../../build/examples.ts";
import { catalogue } from "../../src/diagnostics/catalogue.ts";
import { explain } from "../../src/diagnostics/explain.ts";
import { REPOSITORY } from "./pages.ts";

const PAGE = join(REPOSITORY, "docs/checks.md");
const examples = Object.entries(examplesByCode());

test("docs/checks.md shows what the catalogue and the golden folders say (UPDATE_GOLDEN=1 writes it)", () => {
  const page = checksPage();

  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(PAGE, page);

  expect(readFileSync(PAGE, "utf8")).toBe(page);
});

test("a table says which mistake is found by which check, where that has been written down", () => {
  const page = checksPage([{ mutation: "a field is misspelt | a lot", code: "MS2102" }]);

  expect(page).toContain(
    "| Mistake | Found by |\n| --- | --- |\n| a field is misspelt \\| a lot | [MS2102](#ms2102-unknown-field) |",
  );
  expect(checksPage([])).not.toContain("Mistake");
});

test("every code of an author's mistake has an example", () => {
  const codes = Object.keys(catalogue).filter((code) => code.startsWith("MS"));

  expect(examples.map(([code]) => code).sort()).toEqual(codes.sort());
});

test.each(examples)("the example of %s is about that code, and fits on a screen", (code, example) => {
  expect(example.printed.split("\n", 1)[0]).toContain(` ${code} `);
  expect(explain(code, example)!.split("\n").length).toBeLessThanOrEqual(40);
  for (const { text } of example.sources) {
    expect(text.trim()).not.toBe("");
    expect(text).not.toContain("```");
  }
});
