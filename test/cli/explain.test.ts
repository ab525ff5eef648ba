import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { catalogue } from "../../src/diagnostics/catalogue.ts";
import { BIN } from "./workspace.ts";

/** What `maestro explain` prints where there is no workspace. */
function explain(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, "explain", ...words], {
    cwd: tmpdir(),
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("a code is explained with the source of an example and what is printed about it", () => {
  const { status, stdout } = explain("MS2003");

  expect(status).toBe(0);
  expect(stdout).toMatch(/^MS2003 cycle \(error\)\n\nNodes that wait for each other never start\.\n/);
  expect(stdout).toContain("\nscores/circle.ts:\n");
  expect(stdout).toContain("    const draft = task({ after: last, output: out, run });");
  expect(stdout).toMatch(/^ {4}scores\/circle\.ts:\d+:29 {2}error MS2003 cycle$/m);
});

test("a name or a part of a code will do, and what could be several is asked back", () => {
  expect(explain("cycle").stdout).toBe(explain("MS2003").stdout);
  expect(explain("ms2003").stdout).toBe(explain("MS2003").stdout);

  const { status, stderr } = explain("reference");

  expect(status).toBe(2);
  expect(stderr).toContain("did you mean MS1210 or MS1211 or MS1212 or MS1213?");
});

test("without a code all there are are listed by what they are about", () => {
  const { status, stdout } = explain();

  expect(status).toBe(0);
  expect(stdout).toMatch(/^Loading files\n {2}MS1001 {2}error {4}type-error\n/);
  for (const [code, { name, severity }] of Object.entries(catalogue))
    expect(stdout).toMatch(new RegExp(`^  ${code}  ${severity} +${name}$`, "m"));
});

test("the same is to be had as data", () => {
  expect(JSON.parse(explain("MS2003", "--json").stdout)).toMatchObject({
    code: "MS2003",
    name: "cycle",
    severity: "error",
    why: "Nodes that wait for each other never start.",
    example: { sources: [{ file: "scores/circle.ts" }], printed: expect.stringContaining("MS2003 cycle") },
  });
  const all = JSON.parse(explain("--json").stdout);
  expect(all).toHaveLength(Object.keys(catalogue).length);
  expect(all).toContainEqual(expect.objectContaining({ code: "MS2003", group: "The graph" }));
});
