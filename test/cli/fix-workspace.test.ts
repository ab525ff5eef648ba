import { readFileSync, symlinkSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { fixWorkspace } from "../../src/cli/fix-workspace.ts";
import type { Diagnostic, Edit } from "../../src/diagnostics/index.ts";
import { makeCliWorkspace } from "./workspace.ts";

const edit = (line: number, column: number, endColumn: number, text: string): Edit => ({
  file: "a.ts",
  line,
  column,
  endLine: line,
  endColumn,
  text,
});

function finding(title: string, ...edits: Edit[]): Diagnostic {
  const at = { file: "a.ts", line: 1, column: 1 };
  return {
    code: "MS2102",
    name: "x",
    severity: "error",
    message: title,
    at,
    others: [],
    fix: { title, edits },
  };
}

const checked = (...diagnostics: Diagnostic[]) => ({
  diagnostics,
  suppressed: [],
  files: 1,
  scores: 1,
  read: [],
});

test("a fix that does not mend its finding is made once", async () => {
  const workspace = makeCliWorkspace({ "a.ts": "one\n" });
  const check = vi.fn(async () => checked(finding("more", edit(1, 4, 4, "!"))));

  const { fixed } = await fixWorkspace(workspace, { check, onLeft: vi.fn() });

  expect(workspace.read("a.ts")).toBe("one!\n");
  expect(fixed).toHaveLength(1);
  expect(check).toHaveBeenCalledTimes(2);
});

test("of two fixes that touch each other the first is made, the other when it is found again", async () => {
  const workspace = makeCliWorkspace({ "a.ts": "one two\n" });
  const found = [
    checked(finding("first", edit(1, 1, 4, "1"), edit(1, 8, 8, ".")), finding("second", edit(1, 3, 6, "x"))),
    checked(finding("second", edit(1, 1, 2, "x"))),
    checked(),
  ];
  const check = async () => found.shift()!;

  const { fixed } = await fixWorkspace(workspace, { check, onLeft: vi.fn() });

  expect(fixed.map(({ message }) => message)).toEqual(["first", "second"]);
  expect(workspace.read("a.ts")).toBe("x two.\n");
});

test("of two fixes that put something into the same place the first is made", async () => {
  const workspace = makeCliWorkspace({ "a.ts": "one\n" });
  const found = [checked(finding("a", edit(1, 4, 4, "a")), finding("b", edit(1, 4, 4, "b"))), checked()];

  const { fixed } = await fixWorkspace(workspace, { check: async () => found.shift()!, onLeft: vi.fn() });

  expect(fixed.map(({ message }) => message)).toEqual(["a"]);
});

test("it stops after five times", async () => {
  const workspace = makeCliWorkspace({ "a.ts": "\n" });
  let count = 0;
  const check = async () => checked(finding(`fix ${++count}`, edit(1, 1, 1, "x")));

  const { fixed } = await fixWorkspace(workspace, { check, onLeft: vi.fn() });

  expect(fixed).toHaveLength(5);
  expect(workspace.read("a.ts")).toBe("xxxxx\n");
});

test("a file that was written while it was checked is left as it is", async () => {
  const workspace = makeCliWorkspace({ "a.ts": "one\n" });
  const onLeft = vi.fn();
  const check = async () => {
    workspace.write("a.ts", "by hand\n");
    return checked(finding("first", edit(1, 1, 4, "1")));
  };

  const { fixed } = await fixWorkspace(workspace, { check, onLeft });

  expect(fixed).toEqual([]);
  expect(onLeft).toHaveBeenCalledWith("a.ts", "changed while it was checked");
  expect(workspace.read("a.ts")).toBe("by hand\n");
});

test.each<[string, string]>([
  ["out of the workspace", "is a link out of the workspace"],
  ["into its packages", "is a link out of the workspace"],
])("a file that is a link %s is left as it is", async (where, why) => {
  const elsewhere = makeCliWorkspace({ "a.ts": "one\n" });
  const workspace = makeCliWorkspace({ "node_modules/shared/a.ts": "one\n" });
  const target = where.includes("packages")
    ? workspace.path("node_modules/shared/a.ts")
    : elsewhere.path("a.ts");
  symlinkSync(target, workspace.path("a.ts"));
  const onLeft = vi.fn();

  await fixWorkspace(workspace, { check: async () => checked(finding("x", edit(1, 1, 4, "1"))), onLeft });

  expect(onLeft).toHaveBeenCalledWith("a.ts", why);
  expect(readFileSync(target, "utf8")).toBe("one\n");
});
