import { rmSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { LiveWorkspace } from "../../../src/compile/reload/live-workspace.ts";
import { childEntry, makeWorkspace, scoreSource } from "../workspace.ts";

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
