import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { allFaults } from "./all-faults.ts";
import { faultySource, findFault } from "./try-fault.ts";

const ROOT = join(import.meta.dirname, "../..");
const README = readFileSync(join(import.meta.dirname, "README.md"), "utf8");

describe("the faults that the tests have to find", () => {
  test("are at least twenty, each of its own name", () => {
    expect(new Set(allFaults.map(({ name }) => name)).size).toBe(allFaults.length);
    expect(allFaults.length).toBeGreaterThanOrEqual(20);
  });

  test.each(allFaults)("$name: the sources still have the place, and there is what finds it", (fault) => {
    const { foundBy } = fault;

    expect(faultySource(fault)).not.toBe("");
    expect(README).toContain(`| ${fault.name} |`);
    if ("file" in foundBy) {
      expect(existsSync(join(ROOT, foundBy.file))).toBe(true);
      expect(readFileSync(join(ROOT, foundBy.file), "utf8")).toContain(foundBy.title);
    }
  });

  // All of them: npm run test:faults.
  test.each([
    "steps begin before what they read is durable",
    "a committed result is not looked for after a crash",
    "a stop does not hold for steps that wait for a commit",
  ])("%s: found", async (name) => {
    const fault = allFaults.find((one) => one.name === name)!;

    expect(await findFault(fault.foundBy, fault)).toContain("seed");
  });
});
