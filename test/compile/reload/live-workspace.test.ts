import { rmSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { LiveWorkspace } from "../../../src/compile/reload/live-workspace.ts";
import { childEntry, compile, makeWorkspace, scoreSource } from "../workspace.ts";

test("a process that somebody ends while it evaluates costs nothing but its time", async () => {
  using workspace = makeWorkspace({ "scores/one.ts": scoreSource("one") });
  // The first that is given something to do is killed; those after it are as ever.
  workspace.write(
    "entry.mjs",
    `import { existsSync, writeFileSync } from "node:fs";
if (existsSync("was-killed")) await import(${JSON.stringify(pathToFileURL(childEntry).href)});
else process.stdin.once("data", () => {
  writeFileSync("was-killed", "");
  process.kill(process.pid, "SIGKILL");
});
`,
  );
  const live = new LiveWorkspace({
    workspace: { root: workspace.root },
    childEntry: workspace.path("entry.mjs"),
  });
  using _ = { [Symbol.dispose]: () => live.close() };

  const { compilation } = await live.compile([]);

  expect(compilation.scores.map(({ id }) => id)).toEqual(["one"]);
  expect(compilation.diagnostics).toEqual([]);
  expect(live.evaluators).toBeGreaterThan(1);
});

test("a definition that is gone is no part of what is compiled next, whatever that was compiled for", async () => {
  using workspace = makeWorkspace({
    "scores/one.ts": scoreSource("one"),
    "scores/two.ts": scoreSource("two"),
  });
  const live = new LiveWorkspace({ workspace: { root: workspace.root }, childEntry });
  using _ = { [Symbol.dispose]: () => live.close() };
  await live.compile([]);
  rmSync(workspace.path("scores/two.ts"));

  const { compilation } = await live.compile([{ file: "scores/one.ts", is: "changed" }]);

  expect([compilation.scores.map(({ id }) => id), compilation.diagnostics]).toEqual([["one"], []]);
});

test("a definition that was gone and is back is loaded as it is now, whatever was told of it", async () => {
  using workspace = makeWorkspace({
    "scores/one.ts": scoreSource("one"),
    "scores/two.ts": scoreSource("two"),
  });
  const live = new LiveWorkspace({ workspace: { root: workspace.root }, childEntry });
  using _ = { [Symbol.dispose]: () => live.close() };
  await live.compile([]);
  rmSync(workspace.path("scores/two.ts"));
  await live.compile([{ file: "scores/one.ts", is: "changed" }]);
  workspace.write("scores/two.ts", scoreSource("second"));

  const { compilation } = await live.compile([{ file: "scores/one.ts", is: "changed" }]);

  expect(compilation.scores.map(({ id }) => id)).toEqual(["one", "second"]);
  // Who watches may say that it has changed, as it has not seen that it was gone.
  expect(live.files.isKnown("scores/two.ts")).toBe(true);
});

test("a score that met what it imports while that was gone is evaluated again once it is back, and no other is", async () => {
  const lib = "export const value: number = 1;\n";
  const imports = (id: string, file: string) => scoreSource(id, `import "./lib/${file}.ts";`);
  using workspace = makeWorkspace({
    "scores/one.ts": imports("one", "here"),
    "scores/two.ts": imports("two", "gone"),
    "scores/lib/here.ts": lib,
  });
  const live = new LiveWorkspace({ workspace: { root: workspace.root }, childEntry });
  using _ = { [Symbol.dispose]: () => live.close() };
  const { compilation } = await live.compile([]);
  expect(compilation.diagnostics.map(({ code }) => code)).toEqual(["MS1013"]);
  workspace.write("scores/lib/gone.ts", lib);
  const back = { file: "scores/lib/gone.ts", at: performance.now() };

  const again = await live.compileMoved([back]);

  expect([...again!.evaluated]).toEqual(["scores/two.ts"]);
  expect(again!.compilation.diagnostics).toEqual([]);
  expect(await live.compileMoved([back])).toBeUndefined();
});

test("what was looked for after it came is not looked for again", async () => {
  using workspace = makeWorkspace({ "scores/one.ts": scoreSource("one", 'import "./lib/gone.ts";') });
  const live = new LiveWorkspace({ workspace: { root: workspace.root }, childEntry });
  using _ = { [Symbol.dispose]: () => live.close() };
  const at = performance.now();
  const { compilation } = await live.compile([]);
  expect(compilation.diagnostics.map(({ code }) => code)).toEqual(["MS1013"]);

  expect(await live.compileMoved([{ file: "scores/one.ts", at }])).toBeUndefined();
});

test("a score that met what it imports while that was there for a moment is evaluated again once it is gone", async () => {
  using workspace = makeWorkspace({
    "scores/one.ts": scoreSource("one", 'import "./lib/here.ts";'),
    "scores/two.ts": scoreSource("two"),
    "scores/lib/here.ts": "export const value: number = 1;\n",
  });
  const live = new LiveWorkspace({ workspace: { root: workspace.root }, childEntry });
  using _ = { [Symbol.dispose]: () => live.close() };
  await live.compile([]);
  rmSync(workspace.path("scores/lib/here.ts"));
  rmSync(workspace.path("scores/two.ts"));
  const at = performance.now();

  const again = await live.compileMoved([
    { file: "scores/lib/here.ts", at },
    { file: "scores/two.ts", at },
  ]);

  expect(again!.compilation.scores).toEqual([]);
  expect(again!.compilation.diagnostics.map(({ code, at: place }) => [code, place?.file])).toEqual([
    ["MS1013", "scores/one.ts"],
  ]);
});

test("what fails in a circle of imports fails as it does for who enters the circle first now", async () => {
  const lib = (name: string, other: string) =>
    `import { ${other} } from "./${other}.ts";\nexport const ${name}: number = ${other} + 1;\n`;
  using workspace = makeWorkspace({
    "scores/one.ts": scoreSource("one", 'import "./lib/x.ts";'),
    "scores/two.ts": scoreSource("two", 'import "./lib/x.ts";'),
    "scores/lib/x.ts": `Array.prototype.at = () => undefined;\n${lib("x", "y")}`,
    "scores/lib/y.ts": lib("y", "x"),
  });
  const live = new LiveWorkspace({ workspace: { root: workspace.root }, childEntry });
  using _ = { [Symbol.dispose]: () => live.close() };
  // Whatever stands in x is not reached: y is first.
  const before = await live.compile([]);
  expect(before.compilation.diagnostics.map(({ code }) => code)).not.toContain("MS1015");
  workspace.write("scores/one.ts", scoreSource("one", 'import "./lib/y.ts";'));

  const { compilation } = await live.compile([{ file: "scores/one.ts", is: "changed" }]);

  expect(compilation.diagnostics).toEqual((await compile(workspace)).diagnostics);
  expect(compilation.diagnostics.map(({ code }) => code)).toContain("MS1015");
});
