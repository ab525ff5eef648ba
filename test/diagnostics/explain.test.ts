import { describe, expect, test } from "vitest";
import { catalogue } from "../../src/diagnostics/catalogue.ts";
import { codeGroups } from "../../src/diagnostics/code-groups.ts";
import { closestCodes, explain } from "../../src/diagnostics/explain.ts";

describe("explain", () => {
  test("gives the code with its name and severity, and why it matters", () => {
    expect(explain("MS2003")).toBe("MS2003 cycle (error)\n\nNodes that wait for each other never start.");
  });

  test("shows the source of an example and what is printed about it, as indented blocks", () => {
    const sources = [{ file: "scores/a.ts", text: "const a = task(\n\n  b,\n);\n" }];

    expect(explain("MS2003", { sources, printed: "scores/a.ts:1:1  error\n  Wrong." })).toBe(
      [
        "MS2003 cycle (error)",
        "Nodes that wait for each other never start.",
        "scores/a.ts:",
        "    const a = task(\n\n      b,\n    );",
        "What is said about it:",
        "    scores/a.ts:1:1  error\n      Wrong.",
      ].join("\n\n"),
    );
  });

  test("shows what is printed alone where the mistake is in no text", () => {
    expect(explain("MS2003", { sources: [], printed: "error" })).toMatch(
      /\n\nIt is printed like this:\n\n {4}error$/,
    );
  });

  test("accepts lower case and blanks around the code", () => {
    expect(explain(" ms2003 ")).toBe(explain("MS2003"));
  });

  test("has nothing for what is not a code", () => {
    for (const text of ["MS0000", "cycle", ""]) expect(explain(text)).toBeUndefined();
  });
});

describe("the closest codes", () => {
  test("are the code itself, by its number in any case or by its name", () => {
    for (const text of ["MS2003", "ms2003", "cycle", "Cycle "])
      expect(closestCodes(text)).toEqual(["MS2003"]);
    expect(closestCodes("duplicate id")).toEqual(["MS1101"]);
  });

  test("are those that contain a part of a name or of a code", () => {
    expect(closestCodes("reference used")).toEqual(["MS1210"]);
    expect(closestCodes("2202")).toEqual(["MS2202"]);
    expect(closestCodes("reference")).toEqual(["MS1210", "MS1211", "MS1212", "MS1213"]);
  });

  test("are five at the most", () => {
    expect(closestCodes("store")).toHaveLength(5);
  });

  test("are what a misspelled name or code was probably meant to be", () => {
    expect(closestCodes("cyclle")).toEqual(["MS2003"]);
    expect(closestCodes("MS22022")).toEqual(["MS2202"]);
  });

  test("are none when nothing is near, and none for a letter or two that would fit half the catalogue", () => {
    for (const text of ["", "e", "ms", "completely-different-thing"]) expect(closestCodes(text)).toEqual([]);
  });
});

test("every code belongs to one group, and groups stand in the order of their numbers", () => {
  const grouped = codeGroups().flatMap(({ codes }) => codes);

  expect([...grouped].sort()).toEqual(Object.keys(catalogue).sort());
  expect(grouped.indexOf("MS1001")).toBeLessThan(grouped.indexOf("MS4008"));
  expect(grouped.indexOf("MS4008")).toBeLessThan(grouped.indexOf("MR1001"));
});
