import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compileWorkspace } from "../../src/compile/compile-workspace.ts";
import { compile, makeWorkspace, scoreSource } from "./workspace.ts";

const OK = { "scores/a-fine.ts": scoreSource("a-fine"), "scores/z-fine.ts": scoreSource("z-fine") };

const BIN = fileURLToPath(new URL("../../dist/bin.cjs", import.meta.url));

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What loading a workspace with `body` in the middle of its scores gives. */
async function withBad(body: string) {
  using workspace = makeWorkspace({ ...OK, "scores/bad.ts": scoreSource("bad", body) });
  const { scores, diagnostics } = await compile(workspace);
  return { scores: scores.map(({ id }) => id), diagnostics };
}

test.concurrent.each([
  ["an endless loop", "function spin() {\n  for (;;) {}\n}\nspin();", "MS1005", 4, "had not ended after 2 s"],
  [
    "an endless wait in native code",
    "\nAtomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
    "MS1005",
    4,
    "had not ended after 2 s",
  ],
  ["process.exit", "\nprocess.exit(3);", "MS1007", 4, "process.exit(3)"],
  ["process.exit where it is caught", "\ntry { process.exit(0); } catch {}", "MS1007", 4, "process.exit(0)"],
  ["process.abort", "\nprocess.abort();", "MS1007", 4, "process.abort()"],
  ["a signal to itself", "\nprocess.kill(process.pid, 'SIGKILL');", "MS1007", 4, "process.kill"],
  [
    "process.reallyExit",
    "\n(process as unknown as { reallyExit(code: number): void }).reallyExit(5);",
    "MS1007",
    4,
    "process.reallyExit(5)",
  ],
  ["a throw", "\nthrow new TypeError('no');", "MS1004", 4, "TypeError: no"],
  ["a throw of null", "\nthrow null;", "MS1004", 4, "a value: null"],
  [
    "a throw of what throws when it is looked at",
    "\nthrow new Proxy({}, { get() { throw new Error('ha'); } });",
    "MS1004",
    4,
    "Error: ha",
  ],
  ["a throw of a very long message", "\nthrow new Error('x'.repeat(1e6) + '\\nsecond');", "MS1004", 4, "xxx"],
  ["an await of nothing", "\nawait new Promise(() => {});", "MS1005", 4, "had not ended"],
  [
    "an await of something that never comes",
    "\nawait new Promise(() => setInterval(() => {}, 10));",
    "MS1005",
    4,
    "had not ended after 2 s",
  ],
  ["a rejection nobody handles", "\nvoid Promise.reject(new Error('late'));", "MS1004", 4, "Error: late"],
  [
    "a heap that grows for ever",
    "\nconst kept: unknown[] = [];\nfor (;;) kept.push(new Array(1e5).fill(1));",
    "MS1007",
    1,
    "ran out of memory (512 MB)",
  ],
  ["a NUL in the source", "\nconst a = 1;\0", "MS1003", 4, 'Unexpected "\\x00"'],
  [
    "an exit in a listener",
    "\nprocess.on('exit', () => { for (;;) {} });\nprocess.exit(1);",
    "MS1007",
    5,
    "process.exit(1)",
  ],
] as const)(
  "%s is found in its own file, and the other scores are compiled",
  async (_what, body, code, line, says) => {
    const { scores, diagnostics } = await withBad(body);

    expect(diagnostics.map((one) => one.code)).toEqual([code]);
    expect(diagnostics[0]!.at).toMatchObject({ file: "scores/bad.ts", line });
    expect(diagnostics[0]!.message).toContain(says);
    expect(diagnostics[0]!.message.length).toBeLessThan(700);
    expect(diagnostics[0]!.message).not.toMatch(/\n\s+at /);
    expect(scores.filter((id) => id !== "bad")).toEqual(["a-fine", "z-fine"]);
  },
);

test.concurrent("built-in functions that a module replaces are put back", async () => {
  const { scores, diagnostics } = await withBad(
    "\nArray.prototype.map = () => { throw new Error('patched'); };\nJSON.stringify = () => 'no';\nPromise.prototype.then = () => { throw 1; };\nMap.prototype.get = () => undefined;",
  );

  expect(diagnostics.map(({ code }) => code)).toEqual(["MS1015"]);
  expect(diagnostics[0]!.message).toContain("Array.prototype.map");
  expect(scores).toEqual(["a-fine", "bad", "z-fine"]);
});

test.concurrent("what a module prints goes nowhere, and what it writes into our pipe breaks nothing", async () => {
  const { scores, diagnostics } = await withBad(
    "\nimport { writeSync } from 'node:fs';\nconsole.log('x'.repeat(1e6));\nconsole.error('y'.repeat(1e6));\nwriteSync(3, '{\"is\":\"done\"');",
  );

  expect(diagnostics).toEqual([]);
  expect(scores).toEqual(["a-fine", "bad", "z-fine"]);
});

test.concurrent("a module sees no environment variable that could be a secret", async () => {
  process.env.TEST_SECRET_KEY = "s3cret";

  const { diagnostics } = await withBad(
    "\nif (process.env.TEST_SECRET_KEY !== undefined) throw new Error('seen');",
  );

  expect(diagnostics.map(({ code }) => code)).toEqual(["MS1008"]); // It reads; had it seen anything, it had thrown.
});

test.concurrent("what has the name of a score and is no file is named, and never opened", async () => {
  using workspace = makeWorkspace(OK);
  mkdirSync(workspace.path("scores/folder.ts"));
  execFileSync("mkfifo", [workspace.path("scores/pipe.ts")]);
  symlinkSync(workspace.path("scores/nowhere"), workspace.path("scores/nothing.ts"));
  symlinkSync(workspace.path("scores/ring.ts"), workspace.path("scores/ring.ts"));
  workspace.write("scores/types.d.ts", "throw 1;");
  workspace.write("scores/a-fine.test.ts", "throw 1;");

  const { scores, diagnostics } = await compile(workspace);

  expect(scores.map(({ id }) => id)).toEqual(["a-fine", "z-fine"]);
  expect(diagnostics.map(({ code, at, message }) => [code, at!.file, message])).toEqual([
    ["MS1014", "scores/folder.ts", "This has the name of a TypeScript file, and it is a folder."],
    [
      "MS1014",
      "scores/nothing.ts",
      "This has the name of a TypeScript file, and it is a symbolic link to nothing.",
    ],
    ["MS1014", "scores/pipe.ts", "This has the name of a TypeScript file, and it is a named pipe."],
    [
      "MS1014",
      "scores/ring.ts",
      "This has the name of a TypeScript file, and it is a symbolic link to itself.",
    ],
  ]);
});

test.concurrent("a file of 10 MB is loaded, and one with a mistake is placed", async () => {
  const filling = "// filling\n".repeat(950_000);
  using workspace = makeWorkspace({
    ...OK,
    "scores/big.ts": scoreSource("big", filling),
    "scores/wrong.ts": scoreSource("wrong", `${filling}throw new Error("late");`),
  });

  const { scores, diagnostics } = await compile(workspace);

  expect(scores.map(({ id }) => id)).toEqual(["a-fine", "big", "z-fine"]);
  expect(diagnostics).toMatchObject([{ code: "MS1004", at: { file: "scores/wrong.ts", line: 950_003 } }]);
});

test.concurrent("syntax that type stripping refuses is loaded by tsx, with positions of the source", async () => {
  using workspace = makeWorkspace({
    ...OK,
    "scores/enum.ts": `enum Kind {\n  A = "a",\n}\n${scoreSource("enum", 'import { limit } from "./lib/limit";\nexport const kind = [Kind.A, limit];')}`,
    "scores/lib/limit.ts": "export const limit = 3;\n",
    "scores/threw.ts": `enum Kind {\n  A = "a",\n}\n\n   throw new Error(Kind.A);\n`,
    "scores/unlisted.ts": scoreSource("unlisted").replace("nodes: { first }", "nodes: {}"),
  });

  const { scores, diagnostics, loader } = await compile(workspace);

  expect(loader).toBe("tsx");
  expect(scores.map(({ id }) => id)).toEqual(["a-fine", "enum", "unlisted", "z-fine"]);
  expect(diagnostics).toMatchObject([
    { code: "MS1011", at: { file: "scores/enum.ts", line: 1, column: 6 } },
    { code: "MS1011", at: { file: "scores/threw.ts", line: 1, column: 6 } },
    { code: "MS1004", at: { file: "scores/threw.ts", line: 5, column: 10 } },
    { code: "MS2009", at: { file: "scores/unlisted.ts", line: 6, column: 53 } },
    { code: "MS2001", at: { file: "scores/unlisted.ts", line: 6, column: 70 } },
  ]);
});

test.concurrent("an endless loop is placed in the source under tsx, too", async () => {
  const { scores, diagnostics } = await withBad(
    "enum Kind {\n  A = 1,\n}\n\nfor (let i = 0; i < Kind.A; i += 0) {\n  i--;\n}",
  );

  expect(diagnostics).toMatchObject([
    { code: "MS1011", at: { file: "scores/bad.ts", line: 3, column: 6 } },
    { code: "MS1005", at: { file: "scores/bad.ts" } },
  ]);
  expect([7, 8]).toContain(diagnostics[1]!.at!.line);
  expect(scores).toEqual(["a-fine", "z-fine"]);
});

test.concurrent("what a file left behind to end the process is found there, and the file being loaded then is not lost", async () => {
  using workspace = makeWorkspace({
    "scores/bad.ts": scoreSource("bad", "\nsetTimeout(() => process.exit(4), 5);"),
    "scores/slow.ts": scoreSource("slow", "\nawait new Promise((resolve) => setTimeout(resolve, 300));"),
  });

  const { scores, diagnostics } = await compile(workspace);

  expect(diagnostics).toMatchObject([{ code: "MS1007", at: { file: "scores/bad.ts", line: 4 } }]);
  expect(scores.map(({ id }) => id)).toContain("slow");
});

test.concurrent("a shared file that hangs is waited for once, not once for each score that imports it", async () => {
  const importing = (id: string) => scoreSource(id, 'import { more } from "./lib/more.ts";\nmore();');
  using workspace = makeWorkspace({
    ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`scores/s${i}.ts`, importing(`s${i}`)])),
    ...OK,
    "scores/lib/more.ts": 'import { spin } from "./spin.ts";\nexport const more = () => spin;\n',
    "scores/lib/spin.ts": "export const spin = 1;\nfor (;;) {}\n",
  });

  const { scores, diagnostics, durationMs } = await compile(workspace);

  expect(diagnostics).toMatchObject([{ code: "MS1005", at: { file: "scores/lib/spin.ts", line: 2 } }]);
  expect(scores.map(({ id }) => id)).toEqual(["a-fine", "z-fine"]);
  expect(durationMs).toBeLessThan(20_000); // Once for each would be 40 s at the least.
});

test.concurrent("imports that only tsx resolves are nobody's mistake, and an enum beside them is not mentioned", async () => {
  using workspace = makeWorkspace({
    ...OK,
    "scores/bundler.ts": scoreSource(
      "bundler",
      'import { Kind } from "./lib/kind";\nexport const kind = Kind.A;',
    ),
    "scores/lib/kind.ts": "export enum Kind {\n  A = 1,\n}\n",
  });

  const { diagnostics, loader } = await compile(workspace);

  expect(loader).toBe("tsx");
  expect(diagnostics).toEqual([]);
});

test.concurrent("what a dynamic import that nobody waits for is refused for is found like any other", async () => {
  const { diagnostics, scores } = await withBad('\nvoid import("./lib/nowhere.ts");');

  expect(diagnostics).toMatchObject([{ code: "MS1013", at: { file: "scores/bad.ts" } }]);
  expect(scores).toContain("bad");
});

test.concurrent("a module that draws a hundred thousand numbers is told once, and in time", async () => {
  const { diagnostics, scores } = await withBad(
    "\nlet sum = 0;\nfor (let i = 0; i < 1e5; i++) sum += Math.random();",
  );

  expect(diagnostics).toMatchObject([{ code: "MS1008", at: { file: "scores/bad.ts", line: 5, column: 38 } }]);
  expect(scores).toContain("bad");
});

test.concurrent("what packages read while they are loaded is not the author's", async () => {
  using workspace = makeWorkspace({
    "node_modules/clock/package.json":
      '{ "name": "clock", "version": "1.0.0", "type": "module", "exports": "./index.js" }',
    "node_modules/clock/index.js":
      "import { readFileSync } from 'node:fs';\nexport const now = () => Date.now() + (process.env.HOME?.length ?? 0) + readFileSync('package.json').length;\nexport const first = now();\n",
    "scores/timed.ts": scoreSource(
      "timed",
      'import { first as early, now } from "clock";\nexport const both = [early, now()];',
    ),
  });

  const { diagnostics, scores } = await compile(workspace);

  expect(diagnostics).toEqual([]);
  expect(scores).toHaveLength(1);
});

test.concurrent("a second copy of Maestro that a package brings is named with its place and version", async () => {
  const [root, dist] = ["../../", "../../dist/"].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  using workspace = makeWorkspace({
    ...OK,
    "node_modules/teller/package.json":
      '{ "name": "teller", "version": "1.0.0", "type": "module", "exports": "./index.js" }',
    "node_modules/teller/index.js": 'export { task } from "maestro-ts";\n',
    "node_modules/teller/node_modules/maestro-ts/package.json": readFileSync(`${root}package.json`),
    "node_modules/teller/node_modules/maestro-ts/dist/index.js": readFileSync(`${dist}index.js`),
    "scores/told.ts": scoreSource("told", 'export { task } from "teller";'),
  });

  const { diagnostics } = await compile(workspace);

  expect(diagnostics).toMatchObject([
    { code: "MS1010", at: { file: "scores/told.ts", line: 3, column: 22 } },
  ]);
  expect(diagnostics[0]!.message).toMatch(
    /\d+\.\d+\.\d+ in node_modules\/maestro-ts and \d+\.\d+\.\d+ in node_modules\/teller\/node_modules\/maestro-ts\.$/,
  );
});

test.concurrent("only the files that are asked for are loaded, and each tells what it reaches", async () => {
  using workspace = makeWorkspace({
    ...OK,
    "scores/deep.ts": scoreSource("deep", 'import "./lib/one.ts";'),
    "scores/lib/one.ts": 'import "./two.ts";\n',
    "scores/lib/two.ts": "export const two = 2;\n",
    "scores/bad.ts": "throw 1;",
  });

  const { scores, diagnostics, files, config } = await compile(workspace, ["scores/deep.ts"]);

  expect(diagnostics).toEqual([]);
  expect(scores).toMatchObject([
    { id: "deep", reached: ["scores/deep.ts", "scores/lib/one.ts", "scores/lib/two.ts"] },
  ]);
  expect(files).toEqual(["maestro.config.ts", "scores/deep.ts", "scores/lib/one.ts", "scores/lib/two.ts"]);
  expect(config).toMatchObject({ file: "maestro.config.ts", store: {} });
});

test.concurrent("an endless loop ends when the process that asked for it was killed", async ({ expect }) => {
  const spinning =
    'import { writeFileSync } from "node:fs";\nwriteFileSync("pid", String(process.pid));\nfor (;;) {}';
  using workspace = makeWorkspace({ "scores/bad.ts": spinning });
  const pid = workspace.path("pid");
  const asking = spawn(process.execPath, [BIN, "validate", "--no-types"], {
    cwd: workspace.root,
    stdio: "ignore",
  });
  await expect.poll(() => existsSync(pid) && readFileSync(pid, "utf8"), { timeout: 20_000 }).toBeTruthy();
  const loading = Number(readFileSync(pid, "utf8"));

  asking.kill("SIGKILL");

  await expect.poll(() => isAlive(loading), { timeout: 20_000 }).toBe(false);
});

test.concurrent("a child that cannot be started is an error, not a finding", async () => {
  using workspace = makeWorkspace(OK);

  await expect(compileWorkspace({ workspace, childEntry: workspace.path("nothing.ts") })).rejects.toThrow(
    "the loading process failed",
  );
});
