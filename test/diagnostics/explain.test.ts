import { describe, expect, test, vi } from "vitest";
import { closestCodes, explain } from "../../src/diagnostics/explain.ts";

// No entry has an example yet, so one is added that does.
vi.mock(import("../../src/diagnostics/catalogue.ts"), async (importOriginal) => {
  const original = await importOriginal();
  const example = "const a = task(\n\n  b,\n);\n";
  const shown = {
    name: "shown-by-example",
    severity: "warning",
    why: "It matters.",
    example,
    message: () => "x",
  };
  return { ...original, catalogue: { ...original.catalogue, MS9999: shown } };
});

describe("explain", () => {
  test("gives the code with its name and severity, and why it matters", () => {
    expect(explain("MS2003")).toBe("MS2003 cycle (error)\n\nNodes that wait for each other never start.");
  });

  test("shows the example of an entry that has one, as an indented block", () => {
    expect(explain("MS9999")).toBe(
      "MS9999 shown-by-example (warning)\n\nIt matters.\n\nExample:\n\n    const a = task(\n\n      b,\n    );",
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
    expect(closestCodes("reference")).toEqual(["MS1210", "MS1211", "MS1212"]);
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
