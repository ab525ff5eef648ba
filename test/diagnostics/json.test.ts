import { expect, test } from "vitest";
import { toJsonReport } from "../../src/diagnostics/print/json.ts";
import { finding } from "./finding.ts";

test("the JSON report holds its version, what was checked, the counts and each finding", () => {
  const { at: _, hint: __, subject: ___, ...bare } = finding({ severity: "info", message: "Nothing here." });
  const other = { file: "scores/b.ts", line: 3, column: 1, label: "the other is here" };

  const report = toJsonReport([finding({ others: [other] }), bare], { scores: 12, durationMs: 84 });

  expect(report).toStrictEqual({
    version: 1,
    ok: false,
    scores: 12,
    durationMs: 84,
    counts: { errors: 1, warnings: 0, infos: 1 },
    diagnostics: [
      {
        code: "MS2102",
        name: "unknown-field",
        severity: "error",
        message: '"score" does not exist on the output of "research" (it has: leads, quality).',
        hint: 'did you mean "quality"?',
        at: { file: "scores/cold-leads.ts", line: 14, column: 23, endLine: 14, endColumn: 28 },
        others: [{ file: "scores/b.ts", line: 3, column: 1, label: "the other is here" }],
        subject: "cold-leads.gate",
      },
      { code: "MS2102", name: "unknown-field", severity: "info", message: "Nothing here.", others: [] },
    ],
  });
  expect(JSON.parse(JSON.stringify(report))).toStrictEqual(report);
});

test("a JSON report with warnings only is ok", () => {
  expect(toJsonReport([finding({ severity: "warning" })], { scores: 1, durationMs: 0 }).ok).toBe(true);
});

test("a JSON report says what was not checked", () => {
  const remark = "types were left out";

  expect(toJsonReport([], { scores: 1, durationMs: 0, remark })).toMatchObject({ ok: true, remark });
  expect(toJsonReport([], { scores: 1, durationMs: 0 })).not.toHaveProperty("remark");
});

test("the JSON report takes over no field that it does not document", () => {
  const more = { ...finding(), at: { ...finding().at!, offset: 7 }, secret: "x" };

  const [diagnostic] = toJsonReport([more], { scores: 1, durationMs: 0 }).diagnostics;

  expect(diagnostic).toStrictEqual(finding());
});

test("the JSON report holds the fix of a finding, and what was fixed before, field by field", () => {
  const edit = { file: "scores/b.ts", line: 3, column: 1, endLine: 3, endColumn: 4, text: "x" };
  const fix = { title: '"abc" → "x"', edits: [{ ...edit, secret: 1 }] };

  const report = toJsonReport([finding({ fix })], { scores: 1, durationMs: 0, fixed: [finding({ fix })] });

  expect(report.diagnostics[0]?.fix).toStrictEqual({ title: '"abc" → "x"', edits: [edit] });
  expect(report.fixed).toStrictEqual([
    { code: "MS2102", name: "unknown-field", at: finding().at, fix: { title: '"abc" → "x"', edits: [edit] } },
  ]);
});
