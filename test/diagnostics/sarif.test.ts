import { describe, expect, test } from "vitest";
import { explain } from "../../src/diagnostics/explain.ts";
import { toSarif } from "../../src/diagnostics/print/sarif.ts";
import { finding } from "./finding.ts";

const FIRST = finding({ others: [{ file: "scores/b.ts", line: 3, column: 1, label: "the other is here" }] });

function run(...diagnostics: Parameters<typeof toSarif>[0]) {
  return toSarif(diagnostics, { toolVersion: "1.2.3" }).runs[0]!;
}

describe("the SARIF log", () => {
  test("has the fields that SARIF 2.1.0 requires, and says how columns are counted", () => {
    const log = toSarif([], { toolVersion: "1.2.3" });

    expect(log).toStrictEqual({
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [
        {
          tool: { driver: { name: "maestro", semanticVersion: "1.2.3", rules: [] } },
          columnKind: "utf16CodeUnits",
          results: [],
        },
      ],
    });
  });

  test("gives a finding its rule, level, text, place and related places", () => {
    const [result] = run(FIRST).results;

    expect(result).toStrictEqual({
      ruleId: "MS2102",
      ruleIndex: 0,
      level: "error",
      message: { text: `${FIRST.message}\nhint: did you mean "quality"?` },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "scores/cold-leads.ts", uriBaseId: "%SRCROOT%" },
            region: { startLine: 14, startColumn: 23, endLine: 14, endColumn: 28 },
          },
        },
      ],
      relatedLocations: [
        {
          id: 0,
          message: { text: "the other is here" },
          physicalLocation: {
            artifactLocation: { uri: "scores/b.ts", uriBaseId: "%SRCROOT%" },
            region: { startLine: 3, startColumn: 1 },
          },
        },
      ],
      partialFingerprints: { "maestroFinding/v1": expect.stringMatching(/^[0-9a-f]{32}:1$/) },
    });
  });

  test("lists each code that occurs once, with its help from the catalogue, and every result points at its own", () => {
    const { tool, results } = run(FIRST, finding({ code: "MS1101", name: "duplicate-id" }), FIRST);

    expect(tool.driver.rules.map(({ id }) => id)).toEqual(["MS1101", "MS2102"]);
    expect(results.map(({ ruleId, ruleIndex }) => [ruleId, tool.driver.rules[ruleIndex]?.id])).toEqual([
      ["MS2102", "MS2102"],
      ["MS1101", "MS1101"],
      ["MS2102", "MS2102"],
    ]);
    expect(tool.driver.rules[1]).toStrictEqual({
      id: "MS2102",
      name: "unknown-field",
      shortDescription: { text: "unknown field" },
      fullDescription: { text: "The field is not part of the schema, so it would be missing in every run." },
      help: { text: explain("MS2102"), markdown: explain("MS2102") },
      defaultConfiguration: { level: "error" },
    });
  });

  test("marks what a comment answers for as suppressed, and everything else as not", () => {
    const other = finding({ code: "MS2006", severity: "warning" });

    const log = toSarif([FIRST], {
      toolVersion: "1.2.3",
      suppressed: [{ diagnostic: other, reason: "later" }],
    });

    const marked = log.runs[0]!.results.map(({ ruleId, suppressions }) => [ruleId, suppressions]);
    expect(marked).toEqual([
      ["MS2006", [{ kind: "inSource", justification: "later" }]],
      ["MS2102", []],
    ]);
    expect(run(FIRST).results[0]).not.toHaveProperty("suppressions");
  });

  test("keeps the catalogue's level in the rule when a finding's severity was configured", () => {
    const { tool, results } = run(finding({ severity: "info" }));

    expect(tool.driver.rules[0]?.defaultConfiguration.level).toBe("error");
    expect(results[0]?.level).toBe("note");
  });

  test("has a rule even for a code that the catalogue does not know", () => {
    const [rule] = run(finding({ code: "constructor", name: "made-up" })).tool.driver.rules;

    expect(rule).toMatchObject({
      id: "constructor",
      fullDescription: { text: "made-up" },
      help: { text: "constructor made-up" },
    });
  });

  test("has a result without locations for a finding about no file", () => {
    const { at: _, ...rest } = finding();

    const [result] = run(rest).results;

    expect(result?.locations).toEqual([]);
    expect(result).not.toHaveProperty("relatedLocations");
  });

  test("names files from the repository's root, where the workspace is a folder of it", () => {
    const [result] = toSarif([FIRST], { toolVersion: "1.2.3", folder: "apps/m l/" }).runs[0]!.results;

    expect(result!.locations[0]!.physicalLocation.artifactLocation.uri).toBe(
      "apps/m%20l/scores/cold-leads.ts",
    );
    expect(result!.relatedLocations![0]!.physicalLocation.artifactLocation.uri).toBe(
      "apps/m%20l/scores/b.ts",
    );
  });

  test("shows the example of a rule in its help", () => {
    const example = { sources: [{ file: "scores/a.ts", text: "const a = 1;" }], printed: "It is wrong." };

    const log = toSarif([FIRST], { toolVersion: "1.2.3", examples: { MS2102: example } });

    expect(log.runs[0]!.tool.driver.rules[0]!.help.markdown).toBe(explain("MS2102", example));
  });

  test("writes a hostile file name as a relative URI", () => {
    const file = "C:\\a b/100%,::x\n#?\ud800/日.ts";

    const [result] = run(finding({ at: { file, line: 1, column: 1 } })).results;

    const { uri } = result!.locations[0]!.physicalLocation.artifactLocation;
    expect(uri).toBe("C%3A%5Ca%20b/100%25%2C%3A%3Ax%0A%23%3F%EF%BF%BD/%E6%97%A5.ts");
    expect(decodeURIComponent(uri)).toBe(file.toWellFormed());
  });
});

describe("a SARIF fingerprint", () => {
  const fingerprint = (...diagnostics: Parameters<typeof toSarif>[0]) =>
    run(...diagnostics).results.map((result) => result.partialFingerprints["maestroFinding/v1"]);

  test("stays the same when the finding moves to other lines or is worded differently", () => {
    const moved = finding({
      at: { ...finding().at!, line: 99, endLine: 99, column: 1 },
      message: "Other words.",
    });

    expect(fingerprint(moved)).toEqual(fingerprint(finding()));
  });

  test("differs by code, by subject and by file", () => {
    const all = [
      finding(),
      finding({ code: "MS1101" }),
      finding({ subject: "cold-leads.other" }),
      finding({ at: { ...finding().at!, file: "scores/b.ts" } }),
    ];

    expect(new Set(all.flatMap((one) => fingerprint(one))).size).toBe(4);
  });

  test("is counted up where code, subject and file are the same, so that no finding hides another", () => {
    const [first, second] = fingerprint(
      finding(),
      finding({ at: { ...finding().at!, line: 20, endLine: 20 } }),
    );

    expect(first).toMatch(/:1$/);
    expect(second).toBe(first!.replace(/:1$/, ":2"));
  });
});
