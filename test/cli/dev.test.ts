import { expect, onTestFinished, test } from "vitest";
import { makeCliWorkspace, SLOW_SCORE, type Started } from "./workspace.ts";

const score = (n: string) => `import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";

const start = input(z.object({ by: z.number().default(1) }));
const first = task({ input: { n: ${n}, by: start.by }, output: z.number(), run: ({ input }) => input.n * input.by });

export default defineScore({ id: "hello", input: start, nodes: { first }, output: { n: first.output } });
`;

/** In an object, because what has started is a promise of its end. */
function open(words: readonly string[] = []): {
  workspace: ReturnType<typeof makeCliWorkspace>;
  dev: Started;
} {
  const workspace = makeCliWorkspace({ "scores/hello.ts": score("1"), "scores/slow.ts": SLOW_SCORE });
  const dev = workspace.maestro(["dev", "--no-types", ...words]);
  onTestFinished(() => void dev.child.kill("SIGKILL"));
  return { workspace, dev };
}

test("without a terminal it prints lines: what was reloaded, what is wrong, what was played again", async () => {
  const { workspace, dev } = open(["--rerun", "hello", "--input", "by=2"]);
  await dev.said("2 scores, 0 agents, 0 orchestras: no problems");
  await dev.said("hello completed");

  workspace.write("scores/hello.ts", score("21"));
  await dev.said("hello changed");
  await dev.said("hello  review  first input.n: 1 → 21");
  await played(workspace, 2);
  workspace.write("scores/hello.ts", score("nowhere"));
  await dev.said("hello broken, and played as it was");
  await dev.said("ReferenceError: nowhere is not defined");
  workspace.write("scores/hello.ts", score("22"));
  await dev.said("hello mended");
  await dev.said("fixed");
  await played(workspace, 3);
  dev.child.kill("SIGINT");

  const { code, stdout } = await dev;
  expect(code).toBe(0);
  expect(stdout).not.toContain("\u001b");
});

test("other commands run, run again, pause, let go on and cancel through it, and a second one is told where to look", async () => {
  const { workspace, dev } = open();
  await dev.said("no problems");
  expect((await workspace.maestro(["status"])).stdout).toContain("slots      0 in use, 0 runs wait");

  const played = await workspace.maestro(["run", "hello", "--input", "by=5", "--quiet"]);
  expect([played.code, JSON.parse(played.stdout)]).toEqual([0, { n: 5 }]);
  const hello = await workspace.maestro(["runs", "--json", "--score", "hello"]);
  const [{ id: first }] = JSON.parse(hello.stdout) as [{ readonly id: string }];
  workspace.write("scores/hello.ts", score("21"));
  const live = ["--rev", "live", "--set", "input.by=3", "--quiet"];
  const again = await workspace.maestro(["rerun", first, ...live]);
  expect([again.code, JSON.parse(again.stdout)]).toEqual([0, { n: 63 }]);

  const slow = workspace.maestro(["run", "slow", "--input", "ms=60000"]);
  await dev.said("slow begins");
  await expect.poll(() => workspace.has("ledger") && workspace.read("ledger")).toContain("second");
  const listed = await workspace.maestro(["runs", "--json", "--score", "slow"]);
  const [{ id }] = JSON.parse(listed.stdout) as [{ readonly id: string }];
  expect((await workspace.maestro(["pause", id])).code).toBe(0);
  expect((await workspace.maestro(["resume", id])).code).toBe(0);
  expect((await workspace.maestro(["cancel", id, "--yes"])).code).toBe(0);
  await dev.said("slow cancelled");
  await slow;

  const second = await workspace.maestro(["dev"]);
  expect([second.code, second.stderr]).toEqual([3, expect.stringContaining("maestro top")]);
  const top = await workspace.maestro(["top"]);
  expect([top.code, top.stderr]).toEqual([2, expect.stringContaining("Screens need a terminal")]);

  const stopped = await workspace.maestro(["stop"]);
  expect(stopped).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^maestro dev \(process \d+\) has ended\n$/),
  });
  expect((await dev).code).toBe(0);
});

/** Waits until so many runs have completed. */
async function played(workspace: ReturnType<typeof makeCliWorkspace>, count: number): Promise<void> {
  const completed = async () =>
    JSON.parse((await workspace.maestro(["runs", "--json", "--status", "completed"])).stdout) as unknown[];
  await expect.poll(completed, { timeout: 20_000, interval: 100 }).toHaveLength(count);
}

test("with --schedules what a run of another orchestra begins is begun here, and --json tells each thing as an object", async () => {
  const orchestra = (id: string, more: string) =>
    `import { defineOrchestra, runOf } from "maestro-ts";\nimport hello from "../scores/hello.ts";\n${more}\nexport default defineOrchestra({ id: "${id}", plays: hello${more === "" ? "" : ", on: runOf(first)"} });\n`;
  const workspace = makeCliWorkspace({
    "scores/hello.ts": score("1"),
    "orchestras/first.ts": orchestra("first", ""),
    "orchestras/second.ts": orchestra("second", 'import first from "./first.ts";\n'),
  });
  const dev = workspace.maestro(["dev", "--no-types", "--schedules", "--json"]);
  onTestFinished(() => void dev.child.kill("SIGKILL"));
  await dev.said('"type":"ready"');
  expect((await workspace.maestro(["deploy", "--yes"])).code).toBe(0);
  expect((await workspace.maestro(["orchestras", "enable", "second"])).code).toBe(0);

  expect((await workspace.maestro(["orchestras", "run-now", "first", "--quiet"])).code).toBe(0);

  await dev.said("instant fired  orchestra=second");
  dev.child.kill("SIGINT");
  const { stdout } = await dev;
  const told = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly type: string });
  expect(new Set(told.map(({ type }) => type))).toEqual(
    new Set(["ready", "reloaded", "run.began", "run.ended", "said"]),
  );
});
