import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Diagnostic, Place } from "../../src/diagnostics/diagnostic.ts";
import { toPretty, toSummary } from "../../src/diagnostics/print/pretty.ts";
import { finding } from "./finding.ts";

const COLD_LEADS = `${"\n".repeat(12)}const gate = branch(\n  gte(research.output.score, 0.8),\n);\n`;

/** Without colours, and with `sources` as the only files there are. */
function pretty(diagnostic: Diagnostic, sources: Record<string, string> = {}): string {
  return toPretty(diagnostic, { source: (file) => sources[file], color: false });
}

/** The frame alone of a finding at `place` in `source`. */
function frame(source: string, place: Omit<Place, "file">): string[] {
  const { hint: _, ...rest } = finding({ at: { file: "a.ts", ...place }, message: "It is wrong." });
  return pretty(rest, { "a.ts": source }).split("\n").slice(2);
}

describe("the pretty form", () => {
  test("says where and what, shows the exact stretch with a line around it, and ends with the hint", () => {
    expect(pretty(finding(), { "scores/cold-leads.ts": COLD_LEADS })).toBe(
      [
        "scores/cold-leads.ts:14:23  error MS2102 unknown-field",
        '  "score" does not exist on the output of "research" (it has: leads, quality).',
        "   13 | const gate = branch(",
        "   14 |   gte(research.output.score, 0.8),",
        "      |                       ^^^^^",
        "   15 | );",
        '  hint: did you mean "quality"?',
      ].join("\n"),
    );
  });

  test("shows each other place in a frame of its own, under its label", () => {
    const text = pretty(
      finding({
        code: "MS1101",
        name: "duplicate-id",
        message: 'Two scores have the id "mail".',
        hint: "give one of them another id",
        at: { file: "scores/a.ts", line: 1, column: 36, endColumn: 42 },
        others: [
          { file: "scores/b.ts", line: 3, column: 7, endColumn: 13, label: "the other is here" },
          { file: "scores/gone.ts", line: 9, column: 1, label: "and here" },
        ],
      }),
      {
        "scores/a.ts": 'export default defineScore({ name: "mail" });\n',
        "scores/b.ts": 'export default defineScore(\n  {\n  id: "mail",\n});\n',
      },
    );

    expect(text).toBe(
      [
        "scores/a.ts:1:36  error MS1101 duplicate-id",
        '  Two scores have the id "mail".',
        '   1 | export default defineScore({ name: "mail" });',
        "     |                                    ^^^^^^",
        "  scores/b.ts:3:7  the other is here",
        '   3 |   id: "mail",',
        "     |       ------",
        "  scores/gone.ts:9:1  and here",
        "  hint: give one of them another id",
      ].join("\n"),
    );
  });

  test("has no place in its header when the finding is about no file", () => {
    const { at: _, hint: __, ...rest } = finding({ severity: "warning", message: "The workspace is empty." });

    expect(pretty(rest)).toBe("warning MS2102 unknown-field\n  The workspace is empty.");
  });

  test("goes without a frame when the file cannot be read", () => {
    expect(pretty(finding()).split("\n")).toEqual([
      "scores/cold-leads.ts:14:23  error MS2102 unknown-field",
      '  "score" does not exist on the output of "research" (it has: leads, quality).',
      '  hint: did you mean "quality"?',
    ]);
  });

  test("indents every line of a message and of a hint", () => {
    const { at: _, ...rest } = finding({ message: "Two:\n  a: one\r\n\n  b: two\n", hint: "first\nsecond" });

    expect(pretty(rest)).toBe(
      "error MS2102 unknown-field\n  Two:\n    a: one\n\n    b: two\n  hint: first\n        second",
    );
  });

  test("is the same text with colours, once they are taken away", () => {
    const sources: Record<string, string> = { "scores/cold-leads.ts": COLD_LEADS };
    const diagnostic = finding({
      others: [{ file: "scores/cold-leads.ts", line: 13, column: 7, label: "here" }],
    });

    const colored = toPretty(diagnostic, { source: (file) => sources[file], color: true });

    expect(colored).toContain("\u001b[31m^^^^^\u001b[39m");
    expect(colored).toContain("\u001b[36m-\u001b[39m");
    expect(stripVTControlCharacters(colored)).toBe(pretty(diagnostic, sources));
  });

  test("lets no name, message or label end its line or reach the terminal as a command", () => {
    const evil = "a\n::error::b\u001b[2J\u202e\t.ts";
    const text = pretty(
      finding({
        message: "threw \u001b[31mred\u001b[39m\u0007",
        at: { file: evil, line: 1, column: 1 },
        others: [{ file: evil, line: 1, column: 1, label: "x\ny" }],
      }),
      { [evil]: "const a = '\u001b[2J';" },
    );

    expect(text.split("\n")).toEqual([
      "a\\n::error::b\\u202e  .ts:1:1  error MS2102 unknown-field",
      "  threw red\\u0007",
      "   1 | const a = '\\u001b[2J';",
      "     | ^",
      "  a\\n::error::b\\u202e  .ts:1:1  x y",
      "   1 | const a = '\\u001b[2J';",
      "     | -",
      '  hint: did you mean "quality"?',
    ]);
  });
});

describe("a frame", () => {
  test("is left out when the line is past the end of the file, or no line at all", () => {
    expect(frame("one\ntwo\n", { line: 9, column: 1 })).toEqual([]);
    expect(frame("one\ntwo\n", { line: 0, column: 1 })).toEqual([]);
  });

  test("marks the place after the line's last character when the column is past it", () => {
    expect(frame("one", { line: 1, column: 40, endColumn: 44 })).toEqual(["   1 | one", "     |    ^"]);
  });

  test("begins with the line when the column is before its first, and shows the end of a long line when it is past it", () => {
    expect(frame("one", { line: 1, column: 0, endColumn: 3 })).toEqual(["   1 | one", "     | ^^"]);
    expect(frame("a".repeat(500), { line: 1, column: 900 })).toEqual([
      `   1 | …${"a".repeat(40)}`,
      `     |  ${" ".repeat(40)}^`,
    ]);
  });

  test("marks one character when no end is known, or when the end is before the beginning", () => {
    const point = ["   1 | one two", "     |     ^"];

    expect(frame("one two", { line: 1, column: 5 })).toEqual(point);
    expect(frame("one two", { line: 1, column: 5, endColumn: 5 })).toEqual(point);
    expect(frame("one two", { line: 1, column: 5, endLine: 1, endColumn: 2 })).toEqual(point);
    expect(frame("zero\none two", { line: 2, column: 5, endLine: 1, endColumn: 9 })).toEqual([
      "   1 | zero",
      "   2 | one two",
      "     |     ^",
    ]);
  });

  test("can stand on the empty line that ends a file, and shows that line only then", () => {
    expect(frame("one\n", { line: 2, column: 1 })).toEqual(["   1 | one", "   2 |", "     | ^"]);
    expect(frame("one\n", { line: 1, column: 1 })).toEqual(["   1 | one", "     | ^"]);
  });

  test("aligns the numbers of its lines to the right", () => {
    expect(frame(`${"\n".repeat(8)}nine\nten\n`, { line: 9, column: 1, endColumn: 5 })).toEqual([
      "    8 |",
      "    9 | nine",
      "      | ^^^^",
      "   10 | ten",
    ]);
  });

  test("marks each line of a stretch of few lines without its indentation", () => {
    expect(frame("a({\n  b: 1,\n\n});\nnext", { line: 1, column: 3, endLine: 4, endColumn: 2 })).toEqual([
      "   1 | a({",
      "     |   ^",
      "   2 |   b: 1,",
      "     |   ^^^^^",
      "   3 |",
      "   4 | });",
      "     | ^",
      "   5 | next",
    ]);
  });

  test("shows only the first and the last line of a stretch of many lines", () => {
    const source = "before\na({\n1\n2\n3\n});\nafter";

    expect(frame(source, { line: 2, column: 1, endLine: 6, endColumn: 3 })).toEqual([
      "   1 | before",
      "   2 | a({",
      "     | ^^^",
      "   ...",
      "   6 | });",
      "     | ^^",
      "   7 | after",
    ]);
  });

  test("ends with the file when the stretch does not", () => {
    expect(frame("one\ntwo", { line: 1, column: 2, endLine: 50, endColumn: 1 })).toEqual([
      "   1 | one",
      "     |  ^^",
      "   2 | two",
      "     | ^^^",
    ]);
  });

  test("writes a tab as two spaces and marks what follows it", () => {
    expect(frame("\tid:\tname", { line: 1, column: 6, endColumn: 10 })).toEqual([
      "   1 |   id:  name",
      "     |        ^^^^",
    ]);
  });

  test("counts CRLF and the line separators of Unicode as line breaks, and a byte order mark as nothing", () => {
    expect(frame("\ufeffone\r\ntwo\u2028three", { line: 1, column: 1, endColumn: 4 })).toEqual([
      "   1 | one",
      "     | ^^^",
      "   2 | two",
    ]);
    expect(frame("one\r\ntwo\u2028three", { line: 3, column: 1, endColumn: 6 })).toEqual([
      "   2 | two",
      "   3 | three",
      "     | ^^^^^",
    ]);
  });

  test("gives wide characters two cells, combining ones none and a pair of surrogates its one picture", () => {
    expect(frame("「日本」 = x", { line: 1, column: 2, endColumn: 4 })).toEqual([
      "   1 | 「日本」 = x",
      "     |   ^^^^",
    ]);
    expect(frame("a\u200bb", { line: 1, column: 3 })).toEqual(["   1 | a\u200bb", "     |  ^"]);
    expect(frame("👩‍🚀 e\u0301 x", { line: 1, column: 10, endColumn: 11 })).toEqual([
      "   1 | 👩‍🚀 e\u0301 x",
      "     |      ^",
    ]);
  });

  test("cuts a long line to a window around the stretch", () => {
    const source = `${"a".repeat(5_000)}WRONG${"b".repeat(5_000)}`;

    const [line, marks] = frame(source, { line: 1, column: 5_001, endColumn: 5_006 });

    expect(line).toBe(`   1 | …${"a".repeat(40)}WRONG${"b".repeat(75)}…`);
    expect(marks).toBe(`     |  ${" ".repeat(40)}^^^^^`);
  });

  test("shows a long line from its beginning where the stretch is near it, and marks no further than it shows", () => {
    const [line, marks] = frame("a".repeat(500), { line: 1, column: 11, endColumn: 401 });

    expect(line).toBe(`   1 | ${"a".repeat(120)}…`);
    expect(marks).toBe(`     | ${" ".repeat(10)}${"^".repeat(110)}`);
  });

  test("is as wide as the terminal at most, so that marks stay under what they mark", () => {
    const source = `const found = task(research, { input: { profile: ${"start.".repeat(12)}WRONG, max: 3 } });`;
    const at = {
      file: "a.ts",
      line: 1,
      column: source.indexOf("WRONG") + 1,
      endColumn: source.indexOf("WRONG") + 6,
    };
    const { hint: _, ...one } = finding({ at });

    for (const columns of [60, 80, 100]) {
      const text = toPretty(one, { source: () => source, color: false, columns });

      const [line, marks] = text.split("\n").slice(2);
      expect(line!.length).toBeLessThan(columns);
      expect(line).toContain("WRONG");
      expect(marks!.indexOf("^")).toBe(line!.indexOf("WRONG"));
      expect(marks).toMatch(/^ +\| +\^{5}$/);
    }
  });

  test("counts the cells of wide characters where it cuts a long line", () => {
    const [line, marks] = frame(`${"日".repeat(200)}x`, { line: 1, column: 1, endColumn: 3 });

    expect(line).toBe(`   1 | ${"日".repeat(60)}…`);
    expect(marks).toBe("     | ^^^^");
  });

  test("gives flags, keycaps and hearts two cells, as terminals do", () => {
    expect(frame("🇩🇪1️⃣❤️x", { line: 1, column: 10, endColumn: 11 })).toEqual([
      "   1 | 🇩🇪1️⃣❤️x",
      "     |       ^",
    ]);
  });

  test("of a line of a megabyte is drawn at once", () => {
    const source = "a".repeat(1_000_000);

    const startedAt = performance.now();
    const [line] = frame(source, { line: 1, column: 900_000, endColumn: 900_004 });

    expect(line!.length).toBeLessThan(140);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  test("cuts no pair of surrogates in two", () => {
    const [line] = frame("😀".repeat(500), { line: 1, column: 302, endColumn: 304 });

    expect(line).toMatch(/^ {3}1 \| …(😀)+…$/u);
  });

  test("of any source and any place is text without a control character", () => {
    const number = fc.integer({ min: -2, max: 300 });
    const place = fc.record(
      { line: number, column: number, endLine: number, endColumn: number },
      { requiredKeys: ["line", "column"] },
    );
    const source = fc.array(
      fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\n", "\r\n", "\t", "x".repeat(90))),
    );

    fc.assert(
      fc.property(source, place, (parts, at) => {
        expect(frame(parts.join(""), at).join("")).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe("the closing line", () => {
  const [error, warning, info] = (["error", "warning", "info"] as const).map((severity) =>
    finding({ severity }),
  );

  test("counts each severity that occurs, in the singular where there is one", () => {
    expect(toSummary([error!, warning!, error!], { files: 12 })).toBe("2 errors, 1 warning in 12 files");
    expect(toSummary([info!, info!], { files: 1 })).toBe("2 infos in 1 file");
    expect(
      toSummary(
        Array.from({ length: 10 }, () => error!),
        { files: 3 },
      ),
    ).toBe("10 errors in 3 files");
  });

  test("says that there are no problems", () => {
    expect(toSummary([], { files: 12 })).toBe("no problems in 12 files");
  });
});
