import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { askOwner } from "../../src/services/ask-owner.ts";
import { type CliWorkspace, makeCliWorkspace, type Started } from "./workspace.ts";

/** What happens at once, on a machine that has other things to do as well. */
const SOON = { timeout: 20_000 };

/** Its steps write a line when they begin, and `slow` is at work until there is a file `go`. */
const SCORE = `import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { checkpoint, defineScore, task } from "maestro-ts";
import { z } from "zod";

const N = z.object({ n: z.number() });
const begin = (step: string) => appendFileSync("ledger", step + "\\n");
const first = task({ input: {}, output: N, run: () => (begin("first"), { n: 1 }) });
const slow = task({
  input: { n: first.output.n },
  output: N,
  run: async ({ input, signal }) => {
    begin("slow");
    signal.addEventListener("abort", () => begin("told to end"));
    while (!existsSync("go")) await sleep(5);
    return { n: input.n + 1 };
  },
});
const review = checkpoint({ title: "Go?", decision: N, timeout: "1d", onTimeout: "reject" });
const last = task({
  input: { a: slow.output.n, b: review.output.n },
  output: z.number(),
  run: ({ input }) => (begin("last"), input.a + input.b),
});

export default defineScore({ id: "letters", nodes: { first, slow, review, last }, output: last.output });
`;

interface Owner {
  readonly workspace: CliWorkspace;
  readonly owner: Started;
  readonly run: string;
  readonly maestro: CliWorkspace["maestro"];
  ledger(): string[];
  go(): void;
}

/** A process that plays the score, can be reached, and is at work on its second step. */
async function beginRun(files: Readonly<Record<string, string>> = {}): Promise<Owner> {
  const workspace = makeCliWorkspace({ "scores/letters.ts": SCORE, ...files });
  const owner = workspace.maestro(["run", "letters"]);
  const ledger = () =>
    workspace.has("ledger") ? workspace.read("ledger").trim().split("\n") : ([] as string[]);
  await owner.said("review");
  await expect.poll(ledger, SOON).toEqual(["first", "slow"]);
  const { stdout } = await workspace.maestro(["runs", "--json"]);
  const [row] = JSON.parse(stdout) as { readonly id: string; readonly isPlayed: boolean }[];
  expect(row!.isPlayed).toBe(true);
  return {
    workspace,
    owner,
    run: row!.id,
    maestro: workspace.maestro,
    ledger,
    go: () => writeFileSync(workspace.path("go"), ""),
  };
}

async function kill(owner: Started): Promise<void> {
  owner.child.kill("SIGKILL");
  expect((await owner).signal).toBe("SIGKILL");
}

test("what a process plays is seen, paused, decided and let go on from another one", async () => {
  const { owner, run, maestro, ledger, go } = await beginRun();

  expect((await maestro(["runs"])).stdout).toMatch(new RegExp(`^${run} +running +letters`));
  expect((await maestro(["runs", "show", run])).stdout).toMatch(/running\n[\s\S]*✓ first[\s\S]*… slow/);
  expect((await maestro(["checkpoints"])).stdout).toContain(`maestro decide ${run} review`);
  const decided = await maestro(["decide", run, "--input", "n=40", "--by", "bob"]);
  expect(decided).toMatchObject({
    code: 0,
    stderr: "",
    stdout: `${run} goes on in process ${owner.child.pid} (maestro run letters)\n`,
  });
  const paused = await maestro(["pause", run, "--by", "ada", "--reason", "not yet"]);
  expect(paused).toMatchObject({
    code: 0,
    stdout: `${run} is paused; go on with: maestro resume ${run}\nstill under way, to their end: "slow"\n`,
  });
  const resumed = await maestro(["resume", run, "--json"]);
  expect(JSON.parse(resumed.stdout)).toEqual({
    type: "run.elsewhere",
    run,
    pid: owner.child.pid,
    command: "maestro run letters",
  });
  go();

  const ended = await owner;
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain("output: 42");
  expect(ledger()).toEqual(["first", "slow", "last"]);
});

test("a run that is paused from another process ends its own when it has come to rest, and goes on by name", async () => {
  const { owner, run, maestro, ledger, go } = await beginRun();
  await maestro(["decide", run, "--input", "n=40"]);
  expect((await maestro(["pause", run, "--by", "ada", "--reason", "not yet"])).code).toBe(0);
  go();

  const ended = await owner;
  expect(ended.code).toBe(1);
  expect(ended.stderr).toBe(`paused by ada: not yet\n  hint: go on with: maestro resume ${run}\n`);
  expect((await maestro(["resume"])).stderr).toContain(`${run} is paused by ada: not yet`);
  expect(ledger()).toEqual(["first", "slow"]);

  const resumed = await maestro(["resume", run, "--quiet"]);
  expect(resumed).toMatchObject({ code: 0, stdout: "42\n" });
  expect(ledger()).toEqual(["first", "slow", "last"]);
});

test("a run is cancelled while another process plays it, and a task that ignores that is left behind", async () => {
  const { owner, run, maestro, ledger } = await beginRun();

  expect((await maestro(["cancel", run])).stderr).toContain(
    `${run} of letters, running: 1 step has completed.`,
  );
  const refused = await maestro(["cancel", run, "--yes", "--grace", "soon"]);
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain("--grace soon is no length of time");
  const words = ["cancel", run, "--yes", "--grace", "100ms", "--by", "ada", "--reason", "called off"];
  expect(await maestro(words)).toMatchObject({ code: 0, stdout: `${run} is cancelled\n` });

  const ended = await owner;
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain("cancelled by ada: called off");
  expect((await maestro(["runs", "show", run])).stdout).toMatch(
    /cancelled[\s\S]*! slow .*its run was cancelled/,
  );
  expect((await maestro(["resume"])).stdout).toBe("nothing to resume: every run has ended\n");
  expect(ledger()).toEqual(["first", "slow", "told to end"]);
});

test("after kill -9 right behind an acknowledged pause nothing begins until the run is named", async () => {
  const { owner, run, maestro, ledger, go } = await beginRun();
  await maestro(["decide", run, "--input", "n=40"]);
  expect((await maestro(["pause", run, "--by", "ada"])).code).toBe(0);
  await kill(owner);
  go();

  expect(await maestro(["resume"])).toMatchObject({
    code: 0,
    stdout: "",
    stderr: `${run} is paused by ada; go on with: maestro resume ${run}\n`,
  });
  expect(ledger()).toEqual(["first", "slow"]);

  expect(await maestro(["resume", run, "--quiet"])).toMatchObject({ code: 0, stdout: "42\n" });
  expect(ledger()).toEqual(["first", "slow", "slow", "last"]);
});

test("after kill -9 right behind an acknowledged cancel the run is over, and nothing begins", async () => {
  const { owner, run, maestro, ledger, go } = await beginRun();
  expect((await maestro(["cancel", run, "--yes", "--grace", "1ms"])).code).toBe(0);
  owner.child.kill("SIGKILL");
  await owner;
  go();

  expect((await maestro(["resume"])).stdout).toBe("nothing to resume: every run has ended\n");
  expect((await maestro(["resume", run])).stderr).toContain("has ended: it is cancelled");
  expect(ledger()).toEqual(["first", "slow", "told to end"]);
});

/** HALTS=200 for a long look. */
const ROUNDS = Number(process.env.HALTS ?? 6);

/** Many short steps, several at once, each of which writes a line when it begins. */
const STORM = `import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { defineScore, map, task } from "maestro-ts";
import { z } from "zod";

const N = z.object({ n: z.number() });
const list = task({ input: {}, output: z.array(z.number()), run: () => Array.from({ length: 200 }, (_, i) => i) });
const items = map({
  over: list.output,
  maxItems: 200,
  concurrency: 4,
  each: (item) => {
    const one = task({
      input: { item },
      output: N,
      run: async ({ input }) => {
        appendFileSync("ledger", "one " + input.item + "\\n");
        await sleep(5);
        return { n: input.item };
      },
    });
    const two = task({
      input: { n: one.output.n },
      output: N,
      run: ({ input }) => {
        appendFileSync("ledger", "two " + input.n + "\\n");
        return input;
      },
    });
    return { nodes: { one, two }, output: two.output };
  },
});

export default defineScore({ id: "storm", nodes: { list, items }, output: items.output });
`;

test(
  "wherever a run is paused or cancelled and its process killed then, nothing begins after that",
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const workspace = makeCliWorkspace({ "scores/letters.ts": SCORE, "scores/storm.ts": STORM });
      const { maestro } = workspace;
      const ledger = () => (workspace.has("ledger") ? workspace.read("ledger").trim().split("\n") : []);
      const owner = maestro(["run", "storm"]);
      const atLeast = 1 + Math.floor(Math.random() * 250);
      await expect
        .poll(() => ledger().length, { interval: 1, timeout: 20_000 })
        .toBeGreaterThanOrEqual(atLeast);
      const [row] = JSON.parse((await maestro(["runs", "--json"])).stdout) as { readonly id: string }[];
      const { id } = row!;

      const isPause = round % 2 === 0;
      const acknowledged = await maestro(isPause ? ["pause", id] : ["cancel", id, "--yes", "--grace", "1ms"]);
      owner.child.kill("SIGKILL");
      await owner;
      // It was over before it could be paused.
      if (acknowledged.stderr.includes("MR2008")) continue;
      expect(acknowledged.code, acknowledged.stderr).toBe(0);
      const before = ledger();
      const resumed = await maestro(["resume"]);

      expect(ledger(), `paused after ${atLeast} steps`).toEqual(before);
      if (!isPause) {
        expect(resumed.stdout).toContain("every run has ended");
        continue;
      }
      expect((await maestro(["resume", id, "--quiet"])).code).toBe(0);
      const after = ledger();
      expect(new Set(after).size).toBe(400);
      // Those under way when it was killed.
      expect(after.length).toBeLessThanOrEqual(404);
    }
  },
  ROUNDS * 20_000,
);

test("whoever cancels does it alone when the owner is killed before it has", async () => {
  const { owner, run, maestro, ledger, workspace } = await beginRun();

  const cancelling = maestro(["cancel", run, "--yes", "--grace", "10m"]);
  await expect.poll(ledger, SOON).toEqual(["first", "slow", "told to end"]);
  await kill(owner);
  expect(workspace.has(".maestro/maestro.db.control")).toBe(true);

  expect(await cancelling).toMatchObject({ code: 0, stdout: `${run} is cancelled\n` });
  expect((await maestro(["runs", "--status", "cancelled"])).stdout).toContain(run);
});

test("a socket that a killed process left behind disturbs nobody", async () => {
  const { owner, run, maestro, workspace, go } = await beginRun();
  await kill(owner);
  expect(workspace.has(".maestro/maestro.db.control/s")).toBe(true);

  expect((await maestro(["runs"])).stdout).toMatch(new RegExp(`^${run} +interrupted`));
  const again = maestro(["resume", run]);
  await again.said("resumed");
  await expect
    .poll(async () => (await maestro(["runs"])).stdout, SOON)
    .toMatch(new RegExp(`^${run} +running`));
  go();

  expect((await again).code).toBe(1);
  expect(workspace.has(".maestro/maestro.db.control")).toBe(false);
});

test("a second process that waited for the store is the one that is reached when the first has ended", async () => {
  const { owner, run, maestro, ledger } = await beginRun();
  const second = maestro(["run", "letters"]);
  await second.said("waiting for pid");
  expect((await maestro(["cancel", run, "--yes", "--grace", "1ms"])).code).toBe(0);
  await owner;
  await expect.poll(() => ledger().filter((line) => line === "slow").length, SOON).toBe(2);

  const runs = JSON.parse((await maestro(["runs", "--json"])).stdout) as { id: string; isPlayed: boolean }[];
  expect(runs.map(({ isPlayed }) => isPlayed)).toEqual([true, false]);
  const cancelled = await maestro(["cancel", runs[0]!.id, "--yes", "--grace", "1ms", "--json"]);

  expect(JSON.parse(cancelled.stdout)).toEqual({ cancelled: [runs[0]!.id] });
  expect((await second).code).toBe(1);
});

test("where the socket cannot be, the run goes on, says so, and others wait for its end", async () => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": SCORE });
  await workspace.maestro(["runs"]);
  workspace.write(".maestro/maestro.db.control", "mine");
  const owner = workspace.maestro(["run", "letters"]);
  await owner.said("MR1012");

  const waiting = workspace.maestro(["runs"]);
  await waiting.said("waiting for pid");
  workspace.write("go", "");

  expect((await waiting).stdout).toContain("waiting ");
  expect((await owner).stderr).toContain("maestro.db.control cannot be used: it is no folder of this user");
  expect(workspace.read(".maestro/maestro.db.control")).toBe("mine");
});

test("a dozen commands at once are all answered by the process that plays", async () => {
  const { owner, run, maestro, go } = await beginRun();

  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, i) => maestro(i % 3 === 0 ? ["pause", run] : ["runs"])),
  );

  for (const { code, stderr, stdout } of answers) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(run);
  }
  go();
  await owner;
});

const BUSY = `import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const busy = task({
  input: {},
  output: z.boolean(),
  run: async ({ log }) => {
    await sleep(200);
    log("busy");
    while (!existsSync("go"));
    return true;
  },
});
const stuck = task({ input: { busy: busy.output }, output: z.boolean(), run: () => new Promise<boolean>(() => {}) });

export default defineScore({ id: "letters", nodes: { busy, stuck }, output: stuck.output });
`;

test("an owner whose task never yields answers when it has, and one that can be reached is still seen to be stuck", async () => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": BUSY });
  const owner = workspace.maestro(["run", "letters"]);
  await owner.said("busy");

  const answer = askOwner(workspace.path(".maestro/maestro.db"), { op: "checkpoints" });
  // Connected, with its request on its way, before the task ends.
  await sleep(100);
  workspace.write("go", "");

  expect(await answer).toEqual({ result: [] });
  const ended = await owner;
  expect(ended.stderr).toContain('"stuck" waits for something that can never happen');
});

const PROGRAM = `import { openMaestro } from "maestro-ts/embed";
import letters from "./scores/letters.ts";

const maestro = await openMaestro({ scores: [letters], store: ".maestro/maestro.db", durability: "process" });
const run = await maestro.run(letters, {});
console.log(run.id);
await run.result.catch((error) => console.log(error.how));
while ((await maestro.checkpoints()).length > 0 || !(await import("node:fs")).existsSync("over"))
  await new Promise((resolve) => setTimeout(resolve, 10));
await maestro.close();
`;

test("a program that plays scores does for commands what they ask, and goes on with runs at rest itself", async () => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": SCORE, "program.ts": PROGRAM });
  const { spawn } = await import("node:child_process");
  const program = spawn(process.execPath, ["--no-warnings", "program.ts"], { cwd: workspace.root });
  let said = "";
  program.stdout.on("data", (text) => (said += text));
  program.stderr.on("data", (text) => (said += text));
  const ended = new Promise<number | null>((resolve) => program.on("close", resolve));
  await expect.poll(() => said, SOON).toMatch(/^run_\w+/);
  const run = said.trim();
  const { maestro } = workspace;

  expect((await maestro(["pause", run, "--by", "ada"])).stdout).toContain("is paused");
  writeFileSync(workspace.path("go"), "");
  await expect.poll(() => said, SOON).toContain("paused");
  expect((await maestro(["decide", run, "--input", "n=1"])).stderr).toContain("is paused by ada");
  expect((await maestro(["resume", run])).stdout).toContain(`goes on in process ${program.pid}`);

  await expect
    .poll(async () => JSON.parse((await maestro(["runs", "show", run, "--json"])).stdout).output, SOON)
    .toBe(3);
  writeFileSync(workspace.path("over"), "");
  expect(await ended).toBe(0);
  expect(existsSync(workspace.path(".maestro/maestro.db.control"))).toBe(false);
  expect(readFileSync(workspace.path("ledger"), "utf8")).toBe("first\nslow\nlast\n");
});
