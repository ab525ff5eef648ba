import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { endColumnAt } from "../../../src/compile/types/end-of-place.ts";
import { keyAt } from "../../../src/compile/types/subject.ts";
import { toTypeFindings } from "../../../src/compile/types/to-findings.ts";

describe("an error ends where the name, text or number ends that it begins at", () => {
  test.each([
    ["found.output.knd.x", "knd", 2551, "knd"],
    ["gte(found.output.leads, 3)", "found", 2345, "found.output.leads"],
    ["missing.name", "missing", 2304, "missing"],
    ['eq(kind, "no\\"pe")', '"', 2345, '"no\\"pe"'],
    ["eq(kind, 'a')", "'", 2345, "'a'"],
    ["const größe: string = 1;", "größe", 2322, "größe"],
    ["on(10.5)", "10", 2345, "10.5"],
    ["map({ over })", "{", 2345, "{"],
    ["this.#own", "#own", 18013, "#own"],
  ])("%s at %s", (line, start, code, expected) => {
    const column = line.indexOf(start) + 1;

    expect(line.slice(column - 1, endColumnAt(line, column, code) - 1)).toBe(expected);
  });
});

describe("an error is about the key that stands at its place", () => {
  test.each([
    ["task(t, { input: { profile: 5 } })", "profile", "profile"],
    ['task(t, { input: { "max-size": 5 } })', '"max', "max-size"],
    ["defineScore({ nodes: { found, later } })", "later", "later"],
    ["defineScore({ nodes: { found, later: [1], last } })", "last", "last"],
    ["task(t, { after: [found, later, last] })", "later", undefined],
    ["map({ each: (item) => item })", "item }", undefined],
    ["gte(quality, 3)", "quality", undefined],
    ["tags: [brief.n]", "brief", undefined],
  ])("%s at %s: %s", (source, start, expected) => {
    expect(keyAt(source, source.indexOf(start))).toBe(expected);
  });

  test("whose object may have begun lines before", () => {
    const source = "nodes: {\n  first,\n  second,\n},";

    expect(keyAt(source, source.indexOf("second"))).toBe("second");
  });
});

test("a module is named from the root, wherever the workspace lies", () => {
  const root = join(import.meta.dirname, "nowhere");
  const text = `Module '"${root.replaceAll("\\", "/")}/scores/lib/x"' has no default export.`;
  const problem = { at: { file: "scores/s.ts", line: 1, column: 8 }, code: 1192, text, chain: [`  ${text}`] };

  const [found] = toTypeFindings(root, [problem]);

  const short = `Module '"scores/lib/x"' has no default export.`;
  expect(found!.original).toEqual([`TS1192: ${short}`, `  ${short}`]);
  expect(found!.diagnostic.message).toBe(`Module '"scores/lib/x"' has no default export (TS1192).`);
});
