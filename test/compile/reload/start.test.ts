import { existsSync, renameSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { compile, makeWorkspace, scoreSource, type TestWorkspace } from "../workspace.ts";
import { openReloads } from "./reloads.ts";

const MARK = "evaluated";
/** A score that says when it is evaluated, and reads `shared`. */
const MARKING = scoreSource(
  "marking",
  `import { writeFileSync } from "node:fs";
import { shared } from "./lib/shared.ts";
writeFileSync(new URL("../${MARK}", import.meta.url), "");`,
).replace("{ n: 1 }", "{ n: shared }");
const SHARED = (n: number) => `export const shared: number = ${n};\n`;
const PATIENCE_MS = 20_000;

/** Turns without which nothing is asked of the evaluating process; none of them reads a file. */
const TURNS = 1_000;

/** Waits for the first evaluation, and has nothing else done in this process meanwhile: nobody watches yet. */
async function blockUntilEvaluated(workspace: TestWorkspace): Promise<void> {
  for (let i = 0; i < TURNS; i++) await Promise.resolve();
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (!existsSync(workspace.path(MARK)) && Date.now() < giveUpAt) Atomics.wait(cell, 0, 0, 5);
  expect(existsSync(workspace.path(MARK))).toBe(true);
}

test.for([
  ["saved", (on: TestWorkspace) => on.write("scores/lib/shared.ts", SHARED(2))],
  ["deleted", (on: TestWorkspace) => rmSync(on.path("scores/lib/shared.ts"))],
  [
    "moved into the place of one",
    (on: TestWorkspace) => renameSync(on.path("later.ts"), on.path("scores/lib/shared.ts")),
  ],
] as const)(
  "a file that is %s after it was evaluated and before anybody watched is seen",
  async ([, edit]) => {
    using workspace = makeWorkspace({
      "scores/marking.ts": MARKING,
      "scores/lib/shared.ts": SHARED(1),
      "later.ts": SHARED(3),
    });

    const opening = openReloads(workspace);
    await blockUntilEvaluated(workspace);
    edit(workspace);
    const reloads = await opening;

    const { scores, diagnostics } = await compile(workspace);
    expect(reloads.reloader.compilation).toMatchObject({ scores, diagnostics });
    expect(reloads.all).toHaveLength(1);
    await reloads.close();
  },
);
