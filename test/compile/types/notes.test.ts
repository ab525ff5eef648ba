import { expect, test } from "vitest";
import { diagnose } from "../../../src/diagnostics/index.ts";
import { toGithubCommand } from "../../../src/diagnostics/print/github.ts";
import { toJsonReport } from "../../../src/diagnostics/print/json.ts";
import { toPretty } from "../../../src/diagnostics/print/pretty.ts";
import { toSarif } from "../../../src/diagnostics/print/sarif.ts";

const NOTE = "TS2551: Property 'totl' does not exist.\n  because";
const noted = diagnose(
  "MS1002",
  { file: "a.ts", wanted: "score", found: "a number", folder: undefined },
  { notes: [NOTE] },
);

test("a note is printed between the finding and its hint, line by line", () => {
  const lines = toPretty(noted, { source: () => undefined, color: false }).split("\n");

  expect(lines.slice(2, 4)).toEqual(["  TS2551: Property 'totl' does not exist.", "    because"]);
  expect(lines.at(-1)).toContain("hint:");
});

test("a note is in every other form too", () => {
  expect(toGithubCommand(noted)).toContain("%0ATS2551: Property 'totl' does not exist.%0A  because%0Ahint:");
  expect(toJsonReport([noted], { scores: 1, durationMs: 1 }).diagnostics[0]?.notes).toEqual([NOTE]);
  expect(toSarif([noted], { toolVersion: "1" }).runs[0]?.results[0]?.message.text).toContain(
    `\n${NOTE}\nhint:`,
  );
});

test("without notes a finding has no such field", () => {
  const plain = diagnose(
    "MS1002",
    { file: "a.ts", wanted: "score", found: "a number", folder: undefined },
    { notes: [] },
  );

  expect(plain).not.toHaveProperty("notes");
  expect(toJsonReport([plain], { scores: 1, durationMs: 1 }).diagnostics[0]).not.toHaveProperty("notes");
});
