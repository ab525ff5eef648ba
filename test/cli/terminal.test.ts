import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const BIN = join(fileURLToPath(new URL("../..", import.meta.url)), "bin/maestro.cjs");

const SCORE = `import { setTimeout as sleep } from "node:timers/promises";
import { defineScore, derive, input, map, task } from "maestro-ts";
import { z } from "zod";

const start = input(z.object({ n: z.int().default(8) }));
const list = derive([start.n], (n) => Array.from({ length: n }, (_, i) => i));
const slow = task({
  input: {},
  output: z.number(),
  run: async ({ progress, signal }) => {
    for (let i = 1; i <= 4; i++) {
      progress(i, 4);
      await sleep(100, undefined, { signal });
    }
    return 1;
  },
});
const drafts = map({
  over: list,
  maxItems: 100,
  concurrency: 2,
  each: (i) => task({ input: { i }, output: z.number(), run: async ({ input }) => (await sleep(100), input.i) }),
});

export default defineScore({ id: "live", input: start, nodes: { slow, drafts }, output: { done: drafts.output } });
`;

/** Runs a command in a real terminal, through util-linux's script, and gives everything that was drawn. */
function inTerminal(words: string, cwd: string): Promise<{ code: number | null; drawn: string }> {
  return new Promise((resolve, reject) => {
    const { CI: _, NO_COLOR: __, ...env } = process.env;
    const command = `"${process.execPath}" "${BIN}" ${words}`;
    const child = spawn("script", ["-qec", command, "/dev/null"], {
      cwd,
      env: { ...env, TERM: "xterm-256color" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let drawn = "";
    child.stdout.on("data", (text) => {
      drawn += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, drawn }));
  });
}

const ESCAPE = String.fromCharCode(27);
const PARTS = new RegExp(`(${ESCAPE}\\[[0-9;?]*[A-Za-z]|\\n|\\r)`);

/** What is left standing: each line without its colours, after every line that was drawn over is gone. */
function lastFrame(drawn: string): string[] {
  const screen: string[] = [""];
  let row = 0;
  for (const part of drawn.replaceAll("\r\n", "\n").split(PARTS)) {
    const [, count, how] = part.startsWith(ESCAPE) ? (/(\d*)([A-Za-z])$/.exec(part) ?? []) : [];
    if (part === "\n") screen[++row] ??= "";
    else if (how === "A") row -= Number(count || 1);
    else if (how === "K") screen[row] = "";
    else if (how === "J") screen.length = row + 1;
    else if (how === undefined && part !== "\r") screen[row] += part;
  }
  return screen;
}

test("a terminal shows a bar for a map and a line for each step under way, and keeps only what is done", async () => {
  const workspace = makeCliWorkspace({ "scores/live.ts": SCORE });

  const { code, drawn } = await inTerminal("run live", workspace.root);

  expect(code).toBe(0);
  expect(drawn).toMatch(/drafts +.*█.*░.* [1-7]\/8/);
  expect(drawn).toMatch(/slow +[1-4]\/4/);
  expect(drawn).toContain("\x1b[32m✓");
  expect(lastFrame(drawn).filter((line) => line !== "")).toEqual([
    expect.stringMatching(/^live {2}run_/),
    expect.stringMatching(/^ {2}✓ (slow|drafts)/),
    expect.stringMatching(/^ {2}✓ (slow|drafts)/),
    expect.stringMatching(/^8 drafts · \d/),
    "done: [0,1,2,3,4,5,6,7]",
  ]);
});
