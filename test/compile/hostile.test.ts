import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile, makeWorkspace, scoreSource } from "./workspace.ts";

const HEAD = 'import { defineScore, map, task } from "maestro-ts";\nimport { z } from "zod";\n';
const MARK = 'Symbol.for("maestro.definition")';
const LONGEST_MS = 10_000;
/** What two good scores take on a machine that does nothing else, generously. */
const USUAL_MS = 1_000;

/** A score whose node's input is the expression `input`. */
function withInput(input: string): string {
  return `${HEAD}const work = task({ input: ${input}, output: z.number(), run: () => 1 });\nexport default defineScore({ id: "bad", nodes: { work }, output: { n: work.output } });\n`;
}

/** What a workspace with `source` between two good scores gives. */
async function besideGoodOnes(source: string | Uint8Array) {
  using workspace = makeWorkspace({
    "scores/a-fine.ts": scoreSource("a-fine"),
    "scores/bad.ts": source,
    "scores/z-fine.ts": scoreSource("z-fine"),
  });
  const { scores, diagnostics, durationMs } = await compile(workspace);
  return { ids: scores.map(({ id }) => id), diagnostics, durationMs };
}

/** `LONGEST_MS`, and as much more as this machine is slower just now than it should be. */
async function longestNow(): Promise<number> {
  using workspace = makeWorkspace({ "scores/a-fine.ts": scoreSource("a-fine") });
  return LONGEST_MS * Math.max(1, (await compile(workspace)).durationMs / USUAL_MS);
}

const ESC = String.fromCharCode(27);

test.each([
  [
    "a default export whose getters throw",
    `export default { get [${MARK}]() { throw new Error("trap"); } };`,
    "MS1004",
  ],
  [
    "a default export that throws whatever is done with it",
    'const no = () => { throw new Error("trap"); };\nexport default new Proxy({}, { get: no, has: no, ownKeys: no, getPrototypeOf: no });',
    "MS1004",
  ],
  [
    "a forged score whose fields throw what cannot be written",
    `export default { [${MARK}]: "score", get id() { throw { toString() { throw 1; } }; }, get nodes() { throw null; } };`,
    "MS1004",
  ],
  [
    "an id that cannot be made text",
    `${HEAD}const work = task({ output: z.number(), run: () => 1 });\nexport default defineScore({ id: Object.create(null), nodes: { work }, output: { n: work.output } });\n`,
    "MS1102",
  ],
  [
    "an order that is no list",
    `${HEAD}const work = task({ after: { n: 1 }, output: z.number(), run: () => 1 });\nexport default defineScore({ id: "bad", nodes: { work }, output: { n: work.output } });\n`,
    "MS3001",
  ],
  ["an input whose getters throw", withInput('{ get n() { throw new Error("trap"); } }'), "MS1004"],
  [
    "an input whose getters never come to an end",
    withInput(
      "(() => { const make = (): never => ({ get a() { return make(); } }) as never; return make(); })()",
    ),
    "MS2107",
  ],
  [
    "an input nested a hundred thousand deep",
    withInput(
      "(() => { let deep: unknown = 1; for (let i = 0; i < 1e5; i++) deep = [deep]; return { deep }; })() as never",
    ),
    "MS2107",
  ],
  [
    "an array of four thousand million holes",
    withInput("{ list: new Array(2 ** 32 - 1) } as never"),
    "MS2107",
  ],
  [
    "a schema that loops when it is read",
    `${HEAD}const work = task({ output: z.lazy(() => { for (;;) {} }), run: () => 1 });\nexport default defineScore({ id: "bad", nodes: { work }, output: { n: work.output } });`,
    "MS1005",
  ],
  [
    "a schema that ends the process when it is read",
    `${HEAD}const work = task({ output: z.lazy(() => process.exit(3)), run: () => 1 });\nexport default defineScore({ id: "bad", nodes: { work }, output: { n: work.output } });`,
    "MS1007",
  ],
  ["a module that pretends to be a promise", "export function then() {}\nexport default 1;", "MS1005"],
  ["a message that moves the cursor", 'throw new Error("\\u001b[2J\\u0007\\u202eevil");', "MS1004"],
  ["an id that looks like a stack", scoreSource("bad\\n    at foo (x.js:1:1)"), "MS1102"],
  [
    "properties that every object gets",
    'Object.defineProperty(Object.prototype, "get", { get() { throw new Error("get"); }, configurable: true });\nObject.defineProperty(Object.prototype, "is", { set() { throw new Error("set"); }, configurable: true });',
    "MS1015",
  ],
  [
    "another way to be written as JSON",
    "for (const one of [Object, Array, String]) (one.prototype as { toJSON?: unknown }).toJSON = () => 3;",
    "MS1015",
  ],
  ["a way to lose all stacks", 'Error.captureStackTrace = () => { throw new Error("ha"); };', "MS1015"],
  [
    "memory outside of the heap",
    "const kept: unknown[] = [];\nfor (;;) kept.push(new Uint8Array(1e8).fill(1));",
    "MS1007",
  ],
  [
    "a process that it started and that has our pipes",
    'import { spawn } from "node:child_process";\nspawn("sleep", ["12"], { stdio: "inherit" });',
    "MS1012",
  ],
  ["a loop that never waits", "const again = () => process.nextTick(again);\nagain();", "MS1005"],
  ["an expression that never matches", '/^(a+)+$/.test("a".repeat(40) + "!");', "MS1005"],
  ["a circle of calls", "function f(): number {\n  return f() + 1;\n}\nf();", "MS1004"],
  ["ten thousand brackets in brackets", `const deep = ${"[".repeat(1e4)}${"]".repeat(1e4)};`, "MS1003"],
  ["an import of what is no name", 'import "#";\nimport "\\\\";', "MS1013"],
  [
    "a separator of lines in a text",
    scoreSource("bad").replace("n: 1 }", 'n: 1, text: "\u2028" }').replace("{ n: z", '{ ["\u2029"]: z'),
    "MS2102",
  ],
  [
    "an input that is no schema",
    scoreSource("bad", "const given = input((() => 1) as never);")
      .replace("import { defineScore,", "import { defineScore, input,")
      .replace("nodes:", "input: given, nodes:"),
    "MS2109",
  ],
  ["a pipe that it closes", 'import { closeSync } from "node:fs";\ncloseSync(3);', "MS1007"],
  [
    "what it writes into our pipe",
    'import { writeSync } from "node:fs";\nwriteSync(3, \'\\n{"is":"loaded","loaded":{"file":3},"imports":7}\\n{"is":"loaded","loaded":{"file":"x","failures":[1],"findings":[],"changed":[]},"imports":[]}\\n\');',
    "MS1002",
  ],
])("%s: found within 10 s, told without a stack, and no other score minds", async (_what, source, code) => {
  const { ids, diagnostics, durationMs } = await besideGoodOnes(source);

  expect(diagnostics.map((one) => one.code)).toContain(code);
  for (const { at, message, hint = "" } of diagnostics) {
    expect(at).toMatchObject({ file: "scores/bad.ts" });
    expect(message + hint).not.toMatch(/\n|\bat .*:\d+:\d+\)?$|\[object /);
    expect(message + hint).not.toContain(ESC);
  }
  expect(ids).toEqual(expect.arrayContaining(["a-fine", "z-fine"]));
  expect(durationMs).toBeLessThan(await longestNow());
});

test("a file of 100 MB has an answer within 10 s, and no other score minds", async () => {
  const filling = Buffer.alloc(100 * 2 ** 20, "// filling\n");

  const { ids, diagnostics, durationMs } = await besideGoodOnes(
    Buffer.concat([Buffer.from(scoreSource("bad")), filling]),
  );

  expect(diagnostics.every(({ at }) => at?.file === "scores/bad.ts")).toBe(true);
  expect(diagnostics.length === 0 ? ids : [...ids, "bad"]).toEqual(
    expect.arrayContaining(["a-fine", "bad", "z-fine"]),
  );
  expect(durationMs).toBeLessThan(await longestNow());
});

test("a signal that somebody listens to ends nothing, and asking whether a process is there is no signal", async () => {
  const { ids, diagnostics } = await besideGoodOnes(
    scoreSource(
      "bad",
      'process.on("SIGTERM", () => {});\nprocess.kill(process.pid, "SIGTERM");\nprocess.kill(process.pid, 0);',
    ),
  );

  expect(diagnostics).toEqual([]);
  expect(ids).toEqual(["a-fine", "bad", "z-fine"]);
});

test("folders that lead into themselves, and names that are none, are no files", async () => {
  using workspace = makeWorkspace({ "scores/a-fine.ts": scoreSource("a-fine") });
  mkdirSync(workspace.path("scores/lib"));
  symlinkSync("..", workspace.path("scores/lib/up"));
  symlinkSync(workspace.path("scores"), workspace.path("scores/self.ts"));
  symlinkSync("agents", workspace.path("agents"));
  expect(() => writeFileSync(workspace.path("scores/nul\0.ts"), "")).toThrow("null bytes");
  workspace.write("scores/new\nline.ts", scoreSource("lines"));
  workspace.write("scores/per%63ent#hash?query.ts", scoreSource("odd"));

  const { scores, diagnostics } = await compile(workspace);

  expect(scores.map(({ id }) => id).sort()).toEqual(["a-fine", "lines", "odd"]);
  expect(diagnostics.map(({ code, at }) => [code, at!.file])).toEqual([
    ["MS1103", "scores/new\nline.ts"],
    ["MS1103", "scores/per%63ent#hash?query.ts"],
    ["MS1014", "scores/self.ts"],
  ]);
});

test("two files that export one id are both shown, and every other score is compiled", async () => {
  using workspace = makeWorkspace({
    "scores/a-fine.ts": scoreSource("a-fine"),
    "scores/one.ts": scoreSource("one"),
    "scores/two.ts": scoreSource("one"),
  });

  const { scores, diagnostics } = await compile(workspace);

  expect(scores.map(({ id }) => id)).toContain("a-fine");
  const twice = diagnostics.find(({ code }) => code === "MS1101");
  expect([twice?.at?.file, ...(twice?.others ?? []).map(({ file }) => file)].sort()).toEqual([
    "scores/one.ts",
    "scores/two.ts",
  ]);
});
