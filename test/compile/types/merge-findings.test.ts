import { describe, expect, test } from "vitest";
import { mergeFindings } from "../../../src/compile/types/merge-findings.ts";
import type { TypeFinding } from "../../../src/compile/types/to-findings.ts";
import type { Diagnostic, Place } from "../../../src/diagnostics/index.ts";

const place = (line: number, column: number, endColumn: number, file = "scores/a.ts"): Place => ({
  file,
  line,
  column,
  endLine: line,
  endColumn,
});

const ours = (code: string, at: Place, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code,
  name: "name",
  severity: "error",
  message: `${code} says`,
  at,
  others: [],
  ...more,
});

const typed = (tsCode: number, at: Place): TypeFinding => ({
  tsCode,
  diagnostic: { ...ours("MS1001", at), at },
  about: at,
  original: [`TS${tsCode}: text`, "  because"],
});

const codesOf = (found: readonly Diagnostic[]) => found.map(({ code }) => code);

describe("one mistake is told once", () => {
  test("ours stays, and TypeScript's text is a note of it", () => {
    const merged = mergeFindings([ours("MS2102", place(3, 10, 14))], [typed(2551, place(3, 10, 14))]);

    expect(codesOf(merged)).toEqual(["MS2102"]);
    expect(merged[0]!.notes).toEqual(["TS2551: text\n  because"]);
  });

  test("where several of ours cover the place, the note goes to the narrowest", () => {
    const wide = ours("MS2204", place(3, 1, 40));
    const narrow = ours("MS2102", place(3, 10, 14));

    const merged = mergeFindings([wide, narrow], [typed(2551, place(3, 10, 14))]);

    expect(merged.find(({ notes }) => notes)?.code).toBe("MS2102");
  });

  test("places that only touch, or are in other files, are two mistakes", () => {
    const evaluated = [ours("MS2102", place(3, 10, 14))];

    expect(mergeFindings(evaluated, [typed(2551, place(3, 14, 18))])).toHaveLength(2);
    expect(mergeFindings(evaluated, [typed(2551, place(3, 6, 10))])).toHaveLength(2);
    expect(mergeFindings(evaluated, [typed(2551, place(3, 10, 14, "scores/b.ts"))])).toHaveLength(2);
  });

  test("a warning of ours does not swallow an error", () => {
    const warning = ours("MS2202", place(3, 10, 14), { severity: "warning" });

    expect(mergeFindings([warning], [typed(2345, place(3, 10, 14))])).toHaveLength(2);
  });

  test("a warning that a value may not fit is left out where TypeScript says that it does not", () => {
    const doubt = ours("MS2106", place(3, 10, 14), { severity: "warning" });

    expect(codesOf(mergeFindings([doubt], [typed(2322, place(3, 10, 14))]))).toEqual(["MS1001"]);
    expect(codesOf(mergeFindings([doubt], [typed(2322, place(4, 10, 14))]))).toEqual(["MS2106", "MS1001"]);
  });

  test("neither does a finding about something else, such as an id", () => {
    expect(mergeFindings([ours("MS1101", place(3, 10, 14))], [typed(2322, place(3, 10, 14))])).toHaveLength(
      2,
    );
  });
});

describe("echoes are left out", () => {
  test.each([7022, 7023, 7024, 2454])("TS%d in a file that uses something before it is declared", (echo) => {
    const found = mergeFindings([], [typed(2448, place(3, 1, 5)), typed(echo, place(2, 7, 9))]);

    expect(found.map(({ at }) => at?.line)).toEqual([3]);
  });

  test("TS7022 in each file of a circle of imports", () => {
    const circle = ours("MS1006", place(1, 1, 5), {
      others: [{ ...place(1, 1, 5, "scores/b.ts"), label: "and" }],
    });

    const merged = mergeFindings(
      [circle],
      [typed(7022, place(6, 7, 9)), typed(7022, place(6, 7, 9, "scores/b.ts"))],
    );

    expect(codesOf(merged)).toEqual(["MS1006"]);
  });

  test("TS7022 in a file without such a cause is a mistake of its own", () => {
    expect(mergeFindings([ours("MS1004", place(9, 1, 2))], [typed(7022, place(2, 7, 9))])).toHaveLength(2);
  });
});

test("a syntax error is told once, and those of other files stay", () => {
  const merged = mergeFindings(
    [ours("MS1003", place(2, 21, 22))],
    [
      typed(1110, place(2, 21, 22)),
      typed(1005, place(9, 1, 2)),
      typed(1005, place(1, 1, 2, "scores/b.d.ts")),
    ],
  );

  expect(merged.map(({ code, at }) => [code, at?.file])).toEqual([
    ["MS1003", "scores/a.ts"],
    ["MS1001", "scores/b.d.ts"],
  ]);
});

test("what is left stands in the order of the source", () => {
  const merged = mergeFindings(
    [ours("MS2006", place(5, 1, 2))],
    [typed(2322, place(7, 1, 2)), typed(2322, place(2, 1, 2))],
  );

  expect(merged.map(({ at }) => at?.line)).toEqual([2, 5, 7]);
});
