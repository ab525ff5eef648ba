import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readCached, writeCached } from "../../src/compile/cache.ts";
import { makeWorkspace, type TestWorkspace } from "./workspace.ts";

const ENTRY = { plan: { format: 1 }, codeFile: "code.mjs" };
const INPUTS = [
  "code.mjs",
  "scores/letters.ts",
  "scores/lib/greet.ts",
  "maestro.config.ts",
  "package.json",
  "tsconfig.json",
];
const VERSION = "1.0.0";

function cached(): TestWorkspace {
  const workspace = makeWorkspace({ "scores/letters.ts": "1", "scores/lib/greet.ts": "2", "code.mjs": "3" });
  for (const file of INPUTS.slice(0, 5)) utimesSync(workspace.path(file), 1_000, 1_000);
  writeCached(workspace, "letters", ENTRY, { inputs: INPUTS, folders: ["scores"], version: VERSION });
  return workspace;
}

test("an entry is there again as long as nothing has changed", () => {
  using workspace = cached();

  expect(readCached(workspace, "letters", VERSION)).toEqual(ENTRY);
});

test("a file that was only touched is compared by content", () => {
  using workspace = cached();

  utimesSync(workspace.path("scores/lib/greet.ts"), 2_000, 2_000);

  expect(readCached(workspace, "letters", VERSION)).toEqual(ENTRY);
});

test("a file that was written the moment before is compared by content", () => {
  using workspace = makeWorkspace({ "scores/letters.ts": "1", "code.mjs": "3" });
  writeCached(workspace, "letters", ENTRY, { inputs: ["scores/letters.ts"], folders: [], version: VERSION });
  const { atime, mtime } = statSync(workspace.path("scores/letters.ts"));

  workspace.write("scores/letters.ts", "2");
  utimesSync(workspace.path("scores/letters.ts"), atime, mtime);

  expect(readCached(workspace, "letters", VERSION)).toBeUndefined();
});

test.each<[string, (workspace: TestWorkspace) => void]>([
  ["a file that is imported by another", (w) => w.write("scores/lib/greet.ts", "9")],
  ["a file's length", (w) => w.write("scores/letters.ts", "22")],
  ["the configuration", (w) => w.write("maestro.config.ts", "9")],
  ["the bundled code, to nothing", (w) => rmSync(w.path("code.mjs"))],
  ["a file that was missing", (w) => w.write("tsconfig.json", "{}")],
  ["the list of scores", (w) => w.write("scores/another.ts", "1")],
  [
    "the entry, to half of itself",
    (w) =>
      w.write(
        ".maestro/cache/letters.json",
        readFileSync(w.path(".maestro/cache/letters.json"), "utf8").slice(0, 90),
      ),
  ],
  ["the entry, to other JSON", (w) => w.write(".maestro/cache/letters.json", "null")],
  [
    "the entry, to one of another format",
    (w) => w.write(".maestro/cache/letters.json", JSON.stringify({ format: 2 })),
  ],
])("a change of %s makes an entry void", (_what, change) => {
  using workspace = cached();

  change(workspace);

  expect(readCached(workspace, "letters", VERSION)).toBeUndefined();
});

test("another version of the package and another name find nothing", () => {
  using workspace = cached();

  expect(readCached(workspace, "letters", "1.0.1")).toBeUndefined();
  expect(readCached(workspace, "other", VERSION)).toBeUndefined();
  expect(readCached(workspace, "../../etc/passwd", VERSION)).toBeUndefined();
});

test("the folder is its owner's alone, stays out of git, and keeps no half-written files", () => {
  using workspace = cached();

  expect(statSync(workspace.path(".maestro")).mode & 0o777).toBe(0o700);
  expect(readFileSync(workspace.path(".maestro/.gitignore"), "utf8")).toBe("*\n");
  expect(readdirSync(workspace.path(".maestro/cache"))).toEqual(["letters.json"]);
});

test("reading the cache loads no module but Node's own", () => {
  const module = fileURLToPath(new URL("../../src/compile/cache.ts", import.meta.url));
  const source = readFileSync(module, "utf8");

  const imported = [...source.matchAll(/from "(.+)"/g)].map((match) => match[1]!);

  expect(existsSync(module)).toBe(true);
  expect(imported.every((specifier) => specifier.startsWith("node:"))).toBe(true);
  expect(
    execFileSync(process.execPath, ["--no-warnings", "-e", `await import(${JSON.stringify(module)})`], {
      encoding: "utf8",
    }),
  ).toBe("");
});
