import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { makeCliWorkspace, SLOW_SCORE } from "./workspace.ts";

const slow = (files: Record<string, string> = {}) =>
  makeCliWorkspace({ "scores/slow.ts": SLOW_SCORE, ...files });

describe("maestro run", () => {
  test("plays a score: a line a step, a line that sums up, and the output", async () => {
    const workspace = slow();

    const { code, stdout, stderr } = await workspace.maestro(["run", "slow"]);

    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^slow {2}run_[0-9a-f]{32}\n {2}✓ first +\d+ ms\n {2}✓ second +\d+ ms\n {2}✓ third +\d+ ms\n3 steps · \d+ ms\nn: 23\n$/,
    );
  });

  test("the second start evaluates nothing", async () => {
    const workspace = slow();
    await workspace.maestro(["run", "slow"]);
    workspace.write("node_modules/zod/never-read", "");

    const { code, stdout } = await workspace.maestro(["run", "slow", "--quiet"], {
      env: { PATH: "/nowhere" },
    });

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ n: 23 });
    expect(workspace.has(".maestro/cache/score-slow.json")).toBe(true);
  });

  test("an edit of the score, and of a file it imports, is played at once", async () => {
    const workspace = slow({ "scores/lib/by.ts": "export const by = 3;\n" });
    workspace.write(
      "scores/slow.ts",
      SLOW_SCORE.replace("input.n + 3", "input.n + by").replace(
        "import { z }",
        'import { by } from "./lib/by.ts";\nimport { z }',
      ),
    );
    expect(JSON.parse((await workspace.maestro(["run", "slow", "--quiet"])).stdout)).toEqual({ n: 23 });

    workspace.write("scores/lib/by.ts", "export const by = 4;\n");

    expect(JSON.parse((await workspace.maestro(["run", "slow", "--quiet"])).stdout)).toEqual({ n: 24 });
  });

  test.each<[string, number]>([
    ["high", 10],
    ["-3", -3],
    ["normal", 0],
  ])("keeps the priority %s with the run", async (priority, kept) => {
    const workspace = slow();
    await workspace.maestro(["run", "slow", "--quiet", `--priority=${priority}`]);

    const { stdout } = await workspace.maestro(["runs", "--json"]);

    expect(JSON.parse(stdout)).toMatchObject([{ priority: kept }]);
  });

  test("a priority that is none is refused, and nothing is stored", async () => {
    const workspace = slow();

    const { code, stderr } = await workspace.maestro(["run", "slow", "--priority", "hgih"]);

    expect(code).toBe(2);
    expect(stderr).toContain(
      'error MR2035: The priority is "hgih"; it is low, normal, high or a whole number from -100 to 100.\n  hint: did you mean "high"?',
    );
    expect(workspace.has(".maestro/maestro.db")).toBe(false);
  });

  test.each<[string, string[], string]>([
    ["key=value", ["--input", "n=4"], ""],
    ["@file.json", ["--input", "@input.json"], ""],
    ["standard input", ["--input", "-"], '{"n":4}'],
    ["a JSON object", ["--input", '{"n":4}'], ""],
    ["several, later ones over earlier ones", ["-i", "@input.json", "-i", "n=4"], ""],
  ])("takes its input as %s", async (_how, words, stdin) => {
    const workspace = slow({ "input.json": '{ "n": 4 }' });

    const { stdout, code } = await workspace.maestro(["run", "slow", "--quiet", ...words], { stdin });

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ n: 53 });
  });

  test("names every wrong field of its input, stores nothing, and exits with 2", async () => {
    const workspace = slow();

    const { code, stderr } = await workspace.maestro([
      "run",
      "slow",
      "-i",
      "n=x",
      "-i",
      "ms=1.5",
      "-i",
      "legder=y",
    ]);

    expect(code).toBe(2);
    expect(stderr).toContain('error MR2002: The input does not fit score "slow":\n  n: ');
    expect(stderr).toContain("  ms: ");
    expect(stderr).toContain('  legder: there is no such input; did you mean "ledger"?');
    expect(workspace.has(".maestro/maestro.db")).toBe(false);
  });

  test.each<[string, string[], string]>([
    ["a file that is not there", ["-i", "@none.json"], "There is no file"],
    ["a file that is not JSON", ["-i", "@maestro.config.ts"], "is not JSON"],
    ["no object", ["-i", "-"], "has to be a JSON object"],
    ["neither key nor value", ["-i", "n"], "is neither key=value"],
    ["a path into the prototype", ["-i", "__proto__.x=1"], "is no path to a field"],
  ])("refuses %s as input", async (_what, words, message) => {
    const { code, stderr } = await slow().maestro(["run", "slow", ...words], { stdin: "[1]" });

    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test("an unknown score gets a guess", async () => {
    const { code, stderr } = await slow().maestro(["run", "slwo"]);

    expect(code).toBe(2);
    expect(stderr).toBe(
      'error MR2001: There is no score "slwo" (there are: slow).\n  hint: did you mean "slow"?\n',
    );
  });

  test("a score in a file of another name is found by its id", async () => {
    const workspace = makeCliWorkspace({ "scores/other.ts": SLOW_SCORE });

    const { code, stdout } = await workspace.maestro(["run", "slow", "--quiet"]);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ n: 23 });
  });

  test("a score with an error shows it and is not started", async () => {
    const workspace = makeCliWorkspace({
      "scores/slow.ts": SLOW_SCORE.replace("nodes: { first, second, third }", "nodes: { first, third }"),
    });

    const { code, stderr } = await workspace.maestro(["run", "slow"]);

    expect(code).toBe(1);
    expect(stderr).toContain("error MS2001 unlisted-node");
    expect(stderr).toContain('error MR2006: "slow" has an error and was not started.');
    expect(workspace.has(".maestro/maestro.db")).toBe(false);
  });

  test("--json prints one event a line", async () => {
    const { stdout } = await slow().maestro(["run", "slow", "--json"]);

    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));

    expect(events.map(({ type }) => type)).toEqual([
      "run.started",
      ...Array(3).fill(["step.started", "step.completed"]).flat(),
      "run.completed",
    ]);
    expect(events.at(-1).output).toEqual({ n: 23 });
  });

  test("a step that fails is told with its reason, its place in the source and the way on, without a stack trace, and the exit code is 1", async () => {
    const workspace = makeCliWorkspace({
      "scores/slow.ts": SLOW_SCORE.replace(
        "return { n: input.n * 10 };",
        'throw new Error("the mail server is away");',
      ),
    });

    const { code, stdout, stderr } = await workspace.maestro(["run", "slow"]);

    expect(code).toBe(1);
    expect(stdout).toContain("✗ second                 the mail server is away");
    expect(stderr).toMatch(
      /^failed: step "second": the mail server is away\n {2}at scores\/slow\.ts:22:11\n {2}hint: maestro runs show run_/,
    );
    expect((stdout + stderr).match(/\n\s+at /g)).toHaveLength(1);
  });

  test("outside of a workspace says so", async () => {
    const { code, stderr } = await slow().maestro(["run", "slow"], { cwd: "/" });

    expect(code).toBe(2);
    expect(stderr).toContain("error MR2005: There is no maestro.config.ts in / or above it.");
  });

  test("a reader that goes away does not stop the run", async () => {
    const workspace = slow();
    const run = workspace.maestro(["run", "slow", "-i", "ms=300"]);
    await run.said("✓ first");
    run.child.stdout!.destroy();

    expect((await run).code).toBe(0);
    expect(workspace.read("ledger")).toBe("first\nsecond\nthird\n");
  });
});

describe("maestro resume", () => {
  test("goes on with a run that was killed, and repeats only what was not stored", async () => {
    const workspace = slow();
    const killed = workspace.maestro(["run", "slow", "-i", "ms=60000"]);
    await killed.said("✓ first");
    await expect.poll(() => workspace.read("ledger")).toBe("first\nsecond\n");
    killed.child.kill("SIGKILL");
    await killed;
    const listed = await workspace.maestro(["runs"]);

    // The run keeps its input: here it is asked for one that does not wait, to show that it does not get it.
    workspace.write("scores/slow.ts", SLOW_SCORE.replace("input.n + 3", "input.n + 4"));
    const resumed = workspace.maestro(["resume", "--quiet"]);
    await expect.poll(() => workspace.read("ledger")).toBe("first\nsecond\nsecond\n");
    resumed.child.kill("SIGINT");

    expect(listed.stdout).toContain("interrupted");
    expect((await resumed).code).toBe(130);
  });

  test("plays the code a run began with, also after the score was edited", async () => {
    const workspace = slow();
    const killed = workspace.maestro(["run", "slow", "-i", "ms=400"]);
    await killed.said("✓ first");
    killed.child.kill("SIGKILL");
    await killed;
    workspace.write("scores/slow.ts", SLOW_SCORE.replace("input.n + 3", "input.n + 4"));

    const { code, stdout } = await workspace.maestro(["resume", "--quiet"]);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ n: 23 });
    expect(JSON.parse((await workspace.maestro(["run", "slow", "--quiet"])).stdout)).toEqual({ n: 24 });
  });

  test("says that there is nothing to resume", async () => {
    const workspace = slow();
    await workspace.maestro(["run", "slow"]);

    const { code, stdout } = await workspace.maestro(["resume"]);

    expect(code).toBe(0);
    expect(stdout).toBe("nothing to resume: every run has ended\n");
  });

  test("refuses a run that has ended, and answers that are about no run", async () => {
    const workspace = slow();
    const { stdout } = await workspace.maestro(["run", "slow"]);
    const id = /run_[0-9a-f]+/.exec(stdout)![0];

    const ended = await workspace.maestro(["resume", id.slice(0, 20)]);
    const nameless = await workspace.maestro(["resume", "--redo", "first"]);

    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(`error MR2008: Run ${id} has ended: it is completed.`);
    expect(nameless.code).toBe(2);
  });
});

describe("Ctrl-C", () => {
  test("once stops new steps, tells the one under way, says how to go on, and exits with 130", async () => {
    const workspace = slow();
    const run = workspace.maestro(["run", "slow", "-i", "ms=60000"]);
    await run.said("✓ first");
    await expect.poll(() => workspace.read("ledger")).toBe("first\nsecond\n");

    run.child.kill("SIGINT");
    const { code, stderr } = await run;

    expect(code).toBe(130);
    expect(stderr).toMatch(/stopped; go on with: maestro resume run_[0-9a-f]{32}\n$/);
    expect((await workspace.maestro(["runs"])).stdout).toContain("paused");
  });

  test("twice leaves at once", async () => {
    const workspace = slow({
      "scores/stubborn.ts": SLOW_SCORE.replace('id: "slow"', 'id: "stubborn"').replace(", { signal }", ""),
    });
    const run = workspace.maestro(["run", "stubborn", "-i", "ms=60000"]);
    await run.said("✓ first");
    await expect.poll(() => workspace.read("ledger")).toBe("first\nsecond\n");

    run.child.kill("SIGINT");
    await run.said("Ctrl-C again leaves at once");
    run.child.kill("SIGINT");

    expect((await run).code).toBe(130);
  });
});

describe("two at once on one store", () => {
  test("the second waits, says for whom, and plays when the first has ended", async () => {
    const waits = 'while (!existsSync("go")) await sleep(5)';
    const workspace = makeCliWorkspace({
      "scores/slow.ts": SLOW_SCORE.replace("{ appendFileSync }", "{ appendFileSync, existsSync }").replace(
        "await sleep(input.ms, undefined, { signal })",
        waits,
      ),
    });
    const first = workspace.maestro(["run", "slow"]);
    await first.said("✓ first");

    const second = workspace.maestro(["run", "slow", "-i", "n=2"]);
    await second.said(
      `waiting for pid ${first.child.pid} (maestro run slow), which owns .maestro/maestro.db`,
    );
    workspace.write("go", "");

    expect((await first).code).toBe(0);
    expect((await second).stdout).toContain("n: 33");
  });
});

describe("what kills a process", () => {
  test("a task that exits the process leaves a run that can be resumed", async () => {
    const workspace = makeCliWorkspace({
      "scores/slow.ts": SLOW_SCORE.replace(
        'appendFileSync(input.ledger, "second\\n");',
        'appendFileSync(input.ledger, "second\\n");\n    if (input.n === 2) process.kill(process.pid, "SIGKILL");',
      ),
    });

    const { signal } = await workspace.maestro(["run", "slow"]);
    await sleep(0);
    const { stdout } = await workspace.maestro(["runs", "--json"]);

    expect(signal).toBe("SIGKILL");
    expect(JSON.parse(stdout)).toMatchObject([{ status: "running", score: "slow" }]);
  });
});
