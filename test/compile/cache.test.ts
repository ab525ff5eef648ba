import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { diskTime, forgetCached, readCached, writeCached } from "../../src/compile/cache.ts";
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

test("a file that was written again with the time and the length it had is compared by content", async () => {
  using workspace = cached();
  const file = workspace.path("scores/lib/greet.ts");
  // Long enough after it was written that the entry holds its times.
  await expect
    .poll(() => {
      writeCached(workspace, "letters", ENTRY, { inputs: INPUTS, folders: [], version: VERSION });
      return readFileSync(workspace.path(".maestro/cache/letters.json"), "utf8");
    })
    .not.toContain('"mtimeMs":-1');

  writeFileSync(file, "9");
  utimesSync(file, 1_000, 1_000);

  expect(readCached(workspace, "letters", VERSION)).toBeUndefined();
});

test.each<[string, (workspace: TestWorkspace) => void]>([
  ["a file was written", (w) => w.write("scores/lib/greet.ts", "9")],
  ["a file was written, and its time set back", (w) => touchBack(w, "scores/lib/greet.ts")],
  ["a file was replaced", (w) => replaceFile(w, "scores/letters.ts")],
  ["a score was added", (w) => w.write("scores/another.ts", "1")],
  ["a score was deleted", (w) => rmSync(w.path("scores/letters.ts"))],
  ["a configuration was made", (w) => w.write("tsconfig.json", "{}")],
])("nothing is remembered when %s while it was compiled", (_what, edit) => {
  using workspace = makeWorkspace({ "scores/letters.ts": "1", "scores/lib/greet.ts": "2", "code.mjs": "3" });
  const startedAt = settled(workspace);
  const basis = { inputs: INPUTS, folders: ["scores"], version: VERSION, startedAt };

  edit(workspace);
  writeCached(workspace, "letters", ENTRY, basis);

  expect(readCached(workspace, "letters", VERSION)).toBeUndefined();
});

test("what the compiling process wrote itself may be new", () => {
  using workspace = makeWorkspace({ "scores/letters.ts": "1", "scores/lib/greet.ts": "2" });
  const startedAt = settled(workspace);
  const basis = { inputs: INPUTS, folders: ["scores"], version: VERSION, startedAt, written: ["code.mjs"] };

  workspace.write("code.mjs", "3");
  writeCached(workspace, "letters", ENTRY, basis);

  expect(readCached(workspace, "letters", VERSION)).toEqual(ENTRY);
});

test("the first start of a workspace is remembered, although it makes the folder for it", () => {
  using workspace = makeWorkspace({ "scores/letters.ts": "1" });
  settled(workspace);
  rmSync(workspace.path(".maestro"), { recursive: true });
  const startedAt = diskTime(workspace);

  writeCached(workspace, "letters", ENTRY, {
    inputs: ["scores/letters.ts", "tsconfig.json"],
    folders: ["."],
    version: VERSION,
    startedAt,
  });

  expect(readCached(workspace, "letters", VERSION)).toEqual(ENTRY);
});

test("an entry that was forgotten is not there, and one that never was can be forgotten", () => {
  using workspace = cached();

  forgetCached(workspace, "letters");
  forgetCached(workspace, "letters");

  expect(readCached(workspace, "letters", VERSION)).toBeUndefined();
});

test.each<[string, (workspace: TestWorkspace) => void]>([
  [".maestro is a file", (w) => w.write(".maestro", "")],
  [
    "the cache is a file",
    (w) => {
      mkdirSync(w.path(".maestro"));
      w.write(".maestro/cache", "");
    },
  ],
  ["the workspace may not be written to", (w) => chmodSync(w.root, 0o500)],
])("where %s nothing is remembered, and nothing is thrown", (_what, spoil) => {
  using workspace = makeWorkspace({ "scores/letters.ts": "1" });
  spoil(workspace);
  const isAllowed = process.getuid?.() === 0 && !existsSync(workspace.path(".maestro"));

  const startedAt = diskTime(workspace);
  writeCached(workspace, "letters", ENTRY, { inputs: INPUTS, folders: [], version: VERSION, startedAt });
  forgetCached(workspace, "other");

  chmodSync(workspace.root, 0o700);
  if (!isAllowed) expect(readCached(workspace, "letters", VERSION)).toBeUndefined();
});

function touchBack(workspace: TestWorkspace, file: string): void {
  workspace.write(file, "9");
  utimesSync(workspace.path(file), 1_000, 1_000);
}

function replaceFile(workspace: TestWorkspace, file: string): void {
  workspace.write(`${file}.new`, "9");
  renameSync(workspace.path(`${file}.new`), workspace.path(file));
}

/** Waits until the disk's clock has gone on since the workspace was written; gives its time. */
function settled(workspace: TestWorkspace): number {
  const before = diskTime(workspace);
  for (;;) {
    const now = diskTime(workspace);
    if (now > before) return now;
  }
}

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
