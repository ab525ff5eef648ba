import { mkdirSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { openHouse } from "../../src/house.ts";
import { askOwner } from "../../src/services/ask-owner.ts";
import type { HostStatus } from "../../src/services/orchestrator/host.ts";
import { type CliWorkspace, makeCliWorkspace, type Started } from "./workspace.ts";

/** What happens at once, on a machine that has other things to do as well. */
const SOON = { timeout: 30_000 };

/** Its steps write a line when they begin; the second is at work until there is a file of the run's name. */
const LETTERS = `import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { checkpoint, defineScore, input, task } from "maestro-ts";
import { z } from "zod";

const given = input(z.object({ name: z.string(), fails: z.boolean().default(false) }));
const N = z.object({ name: z.string() });
const begin = (name: string, step: string) => appendFileSync("ledger", name + " " + step + "\\n");
const first = task({
  input: { name: given.name },
  output: N,
  run: ({ input: { name }, log }) => {
    begin(name, "first");
    log("begun");
    return { name };
  },
});
const second = task({
  input: { name: first.output.name, fails: given.fails },
  output: N,
  run: async ({ input: { name, fails } }) => {
    begin(name, "second");
    if (fails) throw new Error("no such person");
    while (!existsSync("go-" + name)) await sleep(5);
    return { name };
  },
});
const third = task({
  input: { name: second.output.name },
  output: N,
  run: ({ input: { name } }) => (begin(name, "third"), { name: name.toUpperCase() }),
});

export default defineScore({ id: "letters", input: given, nodes: { first, second, third }, output: third.output });
`;

const REVIEWED = `import { checkpoint, defineScore } from "maestro-ts";
import { z } from "zod";

const review = checkpoint({ title: "Go?", decision: z.object({ n: z.number() }), timeout: "1d", onTimeout: "reject" });

export default defineScore({ id: "reviewed", nodes: { review }, output: review.output });
`;

const FILES = { "scores/letters.ts": LETTERS, "scores/reviewed.ts": REVIEWED };

interface House extends CliWorkspace {
  ledger(name: string): string[];
  go(name: string): void;
  status(): Promise<HostStatus>;
  /** Not the process itself, which is a promise of its end. */
  start(): Promise<{ readonly process: Started; readonly pid: number }>;
}

function makeHouse(files: Readonly<Record<string, string>> = {}): House {
  const workspace = makeCliWorkspace({ ...FILES, ...files });
  return {
    ...workspace,
    ledger: (name) =>
      (workspace.has("ledger") ? workspace.read("ledger").trim().split("\n") : [])
        .filter((line) => line.startsWith(`${name} `))
        .map((line) => line.slice(name.length + 1)),
    go: (name) => workspace.write(`go-${name}`, ""),
    status: async () =>
      (await askOwner(workspace.path(".maestro/maestro.db"), { op: "status" }))?.result as HostStatus,
    async start() {
      const started = workspace.maestro(["start"]);
      onTestFinished(async () => {
        started.child.kill("SIGKILL");
        await started;
      });
      await started.said('"recovered"');
      return { process: started, pid: started.child.pid! };
    },
  };
}

/** Some twenty processes one after the other: seconds on a machine that has nothing else to do. */
const LONG_MS = 120_000;

test("what other commands ask for, the orchestrator plays, and people notice no difference", {
  timeout: LONG_MS,
}, async () => {
  const house = makeHouse();
  house.go("alone");
  const alone = await house.maestro(["run", "letters", "-i", "name=alone"]);
  const { process: orchestrator, pid } = await house.start();

  house.go("ada");
  const ada = await house.maestro(["run", "letters", "-i", "name=ada"]);
  const withoutTimes = (text: string) =>
    text
      .replaceAll(/\d+(\.\d+)? m?s\b/g, "…")
      .replace(/run_\w+/, "run_…")
      .replaceAll(/alone/gi, "ada");
  expect(ada).toMatchObject({ code: 0, stderr: "" });
  expect(withoutTimes(ada.stdout).toLowerCase()).toBe(withoutTimes(alone.stdout).toLowerCase());

  const failed = await house.maestro(["run", "letters", "-i", "name=bob", "-i", "fails=true"]);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/failed: step "second": no such person\n {2}at scores\/letters.ts:\d+/);

  const wrong = await house.maestro(["run", "letters", "-i", "nmae=bob"]);
  expect(wrong).toMatchObject({ code: 2 });
  expect(wrong.stderr).toContain("nmae");

  const waiting = await house.maestro(["run", "reviewed", "--by", "ada"]);
  expect(waiting.code).toBe(1);
  const run = /run_\w+/.exec(waiting.stdout)![0];
  expect((await house.maestro(["runs", "show", run])).stdout).toMatch(/^ {2}run +by ada \(cli\) /m);
  const decided = await house.maestro(["decide", run, "--input", "n=3"]);
  expect(decided).toMatchObject({ code: 0, stdout: `${run} goes on in process ${pid} (maestro start)\n` });
  await expect.poll(async () => (await house.status()).runs, SOON).toEqual({});

  const refused = await house.maestro(["run", "letters", "-i", "name=eve", "--step"]);
  expect(refused.stderr).toBe(
    `error MR2072: Playing step by step cannot be done while the orchestrator (process ${pid}) owns the store.\n  hint: stop it before, with: maestro stop\n`,
  );
  expect((await house.maestro(["resume"])).stdout).toBe(
    `process ${pid} (maestro start) goes on with every run that can\n`,
  );
  const second = await house.maestro(["start"]);
  expect(second).toMatchObject({ code: 3 });
  expect(second.stderr).toContain(`MR2073: An orchestrator is up already for the store`);
  expect(second.stderr).toContain(`process ${pid}.\n  hint: look at it with: maestro status`);

  const quiet = house.maestro(["run", "letters", "-i", "name=zoe", "--quiet"]);
  await expect.poll(() => house.ledger("zoe"), SOON).toEqual(["first", "second"]);
  expect(await house.status()).toMatchObject({
    pid,
    state: "ready",
    slots: { most: 100, inUse: 1 },
    queued: 0,
    runs: { running: 1 },
    stuck: [],
  });
  // Ctrl-C ends the following alone.
  const followed = house.maestro(["run", "letters", "-i", "name=max"]);
  await expect.poll(() => house.ledger("max"), SOON).toEqual(["first", "second"]);
  await followed.said("✓ first");
  followed.child.kill("SIGINT");
  const left = await followed;
  expect(left.code).toBe(130);
  expect(left.stderr).toContain(
    `goes on in process ${pid} (maestro start); see what becomes of it: maestro runs show`,
  );

  const told = house.maestro(["run", "letters", "-i", "name=eve", "--json"]);
  await expect.poll(() => house.ledger("eve"), SOON).toEqual(["first", "second"]);

  // Steps under way come to their end, nothing else begins, and the next one goes on behind them.
  const stopped = house.maestro(["stop"]);
  await orchestrator.said('"draining"');
  house.go("zoe");
  house.go("max");
  house.go("eve");
  expect(await stopped).toMatchObject({ code: 0, stdout: `the orchestrator (process ${pid}) has ended\n` });
  expect((await orchestrator).code).toBe(0);
  expect((await quiet).code).toBe(130);
  expect((await quiet).stderr).toMatch(
    /^process \d+ \(maestro start\) does not answer any more; waiting 10\.0 s for one that goes on with run_\w+\nstopped; go on with: maestro resume run_\w+\n$/,
  );
  // Nobody is left who could say it but the command, which does not count its own waiting.
  const { code, stdout } = await told;
  expect(code).toBe(130);
  const events = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events.at(-1)).toEqual({ type: "run.stopped", run: events[0].run, at: expect.any(Number) });
  expect(events.at(-1).at).toBeLessThan(Date.now() - 8_000);
  expect(house.ledger("zoe")).toEqual(["first", "second"]);
  expect(house.has(".maestro/orchestrator.pid")).toBe(false);
  expect(await house.maestro(["status"])).toMatchObject({
    code: 1,
    stdout: "no orchestrator is up; start one with: maestro start\n",
  });
  expect((await house.maestro(["stop"])).stderr).toContain("MR2071: No orchestrator is up for the store");

  const { process: next } = await house.start();
  await expect.poll(() => house.ledger("zoe"), SOON).toEqual(["first", "second", "third"]);
  await expect.poll(() => house.ledger("max"), SOON).toEqual(["first", "second", "third"]);
  const log = house
    .read(".maestro/logs/orchestrator.1.log")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(log.filter(({ event }) => event === "ended")).toMatchObject([{ pid, level: "info" }]);
  next.child.kill("SIGTERM");
  expect((await next).code).toBe(0);
});

test("after kill -9 the next orchestrator owns the store and goes on with what was under way and what was queued, in its order", {
  timeout: LONG_MS,
}, async () => {
  const config = `import { defineConfig } from "maestro-ts";
export default defineConfig({ store: { durability: "process" }, limits: { runs: 1 } });
`;
  const house = makeHouse({ "maestro.config.ts": config });
  const { process: first } = await house.start();
  const follow = (name: string, priority: string) =>
    house.maestro(["run", "letters", "-i", `name=${name}`, "--priority", priority]);
  const followed = [follow("a", "0")];
  await expect.poll(() => house.ledger("a"), SOON).toEqual(["first", "second"]);
  followed.push(follow("low", "low"));
  await expect.poll(async () => (await house.status()).queued, SOON).toBe(1);
  followed.push(follow("high", "high"));
  await expect.poll(async () => (await house.status()).queued, SOON).toBe(2);

  first.child.kill("SIGKILL");
  await first;
  for (const name of ["a", "low", "high"]) house.go(name);
  const { process: second } = await house.start();

  // Whoever follows a run hears of it again.
  for (const one of followed) expect((await one).code).toBe(0);
  expect(house.ledger("a")).toEqual(["first", "second", "second", "third"]);
  const order = house.read("ledger").trim().split("\n");
  expect(order.indexOf("high first")).toBeGreaterThan(order.indexOf("a third"));
  expect(order.indexOf("low first")).toBeGreaterThan(order.indexOf("high third"));

  // What the configuration says counts from when it is written, and one with a mistake in it changes nothing.
  house.write("maestro.config.ts", config.replace("runs: 1", "runs: 7"));
  await expect.poll(async () => (await house.status()).slots.most, SOON).toBe(7);
  house.write("maestro.config.ts", config.replace("runs: 1", "runs: 0"));
  await second.said("configuration not taken");
  expect((await house.status()).slots.most).toBe(7);
  house.write("maestro.config.ts", config);
  second.child.kill("SIGHUP");
  await expect.poll(async () => (await house.status()).slots.most, SOON).toBe(1);
});

/** Puts something else in the place of all JSON that its process says. */
const GARBLES = `import { Socket } from "node:net";
import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const one = task({
  input: {},
  output: z.number(),
  run: () => {
    const { write } = Socket.prototype as { write: (...given: unknown[]) => boolean };
    Socket.prototype.write = function (text: unknown, ...more: unknown[]) {
      return write.call(this, String(text).replace(/k\\t(\\d+)\\t.*/g, "k\\t$1\\tboo"), ...more);
    };
    return 1;
  },
});

export default defineScore({ id: "garbles", nodes: { one }, output: one.output });
`;

test("a run whose process says what cannot be understood fails, and another one goes on", {
  timeout: LONG_MS,
}, async () => {
  const house = makeHouse({ "scores/garbles.ts": GARBLES });
  const { process: orchestrator, pid } = await house.start();
  const ada = house.maestro(["run", "letters", "-i", "name=ada"]);
  await expect.poll(() => house.ledger("ada"), SOON).toEqual(["first", "second"]);

  const garbled = await house.maestro(["run", "garbles"]);

  expect(garbled.code).toBe(1);
  expect(garbled.stderr).toContain("its process said what cannot be understood and was ended");
  house.go("ada");
  expect((await ada).code).toBe(0);
  expect(house.ledger("ada")).toEqual(["first", "second", "third"]);
  expect((await house.status()).pid).toBe(pid);
  expect(orchestrator.child.exitCode).toBe(null);
});

test("an orchestrator looks first at everything it needs, and says in one sentence what is missing", async () => {
  const house = makeHouse({ "scores/broken.ts": "export default 7;\n" });

  const { code, stderr, stdout } = await house.maestro(["start"]);

  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).toBe(
    "error MR1018: The orchestrator does not start: definitions: 2 scores, 0 orchestras: 1 error (scores/broken.ts:1:16 MS1002 The default export has to be a score, and it is a number).\n  hint: look at all of it with: maestro doctor\n",
  );
  expect(house.has(".maestro/maestro.db")).toBe(false);
});

const ORCHESTRA = `import { defineOrchestra } from "maestro-ts";
import letters from "../scores/letters.ts";

export default defineOrchestra({
  id: "mornings",
  plays: letters,
  input: { name: "mornings" },
  schedule: { cron: "* * * * *", timezone: "Etc/UTC", overlap: "queue" },
});
`;

test("what an enabled orchestra has missed is caught up when the orchestrator starts, and its instants say what became of them", {
  timeout: LONG_MS,
}, async () => {
  const house = makeHouse({ "orchestras/mornings.ts": ORCHESTRA });
  house.go("mornings");
  expect(await house.maestro(["deploy", "--yes"])).toMatchObject({ code: 0 });
  const { store, close } = await openHouse({
    file: house.path(".maestro/maestro.db"),
    durability: "process",
  });
  const at = Date.now() - 5 * 60_000;
  await store.orchestras.override({
    put: [{ orchestra: "mornings", field: "enabled", value: "true", who: "ada", why: null, at }],
    removed: [],
    cursors: [{ orchestra: "mornings", at }],
    audit: [],
  });
  await close();
  // The file with its process id is for people: that it cannot be written keeps nothing from going on.
  mkdirSync(house.path(".maestro/orchestrator.pid"));

  const { process: orchestrator } = await house.start();
  await orchestrator.said('"instant fired"');
  await expect.poll(() => house.ledger("mornings").slice(0, 3), SOON).toEqual(["first", "second", "third"]);
  orchestrator.child.kill("SIGTERM");
  expect((await orchestrator).code).toBe(0);

  const after = await openHouse({ file: house.path(".maestro/maestro.db"), durability: "process" });
  const occurrences = await after.store.orchestras.occurrences({ orchestra: "mornings", limit: 100 });
  await after.close();
  const fired = occurrences.filter(({ status }) => status === "fired");
  expect(occurrences.filter(({ reason }) => reason === '{"why":"missed"}').length).toBeGreaterThanOrEqual(3);
  // A minute may have begun meanwhile.
  expect([1, 2, 3]).toContain(fired.length);
  expect(new Set(fired.map(({ run }) => run)).size).toBe(fired.length);
});

test("a run is begun from an earlier one and moved to other code by the orchestrator, and people notice no difference", {
  timeout: LONG_MS,
}, async () => {
  const house = makeHouse();
  await house.maestro(["run", "letters", "-i", "name=bob", "-i", "fails=true"]);
  await house.maestro(["run", "reviewed"]);
  const runs = async (): Promise<{ id: string; deployment: string; status: string }[]> =>
    JSON.parse((await house.maestro(["runs", "--json"])).stdout);
  const [reviewed, failed] = await runs();
  const [waiting, bob] = [reviewed!.id, failed!.id];
  house.write("scores/reviewed.ts", REVIEWED.replace("z.number()", "z.number(), why: z.string().optional()"));
  const refused = [
    ["rerun", bob, "--set", "frist.name=eve"],
    ["rerun", bob, "--set", "input.fails=perhaps"],
    ["rerun", bob, "--from", ""],
    ["rerun", waiting, "--rev", "live"],
    ["migrate", bob, "--to", "run"],
    ["migrate", waiting, "--to", "12345"],
    ["migrate", waiting, "--to", "live"],
  ];
  const said = async () => {
    const all = [];
    for (const words of refused) all.push(await house.maestro(words));
    return all.map(({ code, stdout, stderr }) => ({ code, stdout, stderr }));
  };
  const alone = await said();
  expect(alone.map(({ stderr }) => /MR\d+/.exec(stderr)?.[0])).toEqual([
    "MR2023",
    "MR2002",
    "MR2019",
    "MR2018",
    "MR2008",
    "MR2021",
    undefined,
  ]);
  expect(alone.at(-1)!.stdout).toMatch(/open +review\n\nscores\/reviewed\.ts:4:\d+ {2}error MS5006 /);
  const { process: orchestrator } = await house.start();

  expect(await said()).toEqual(alone);
  expect((await runs()).map(({ id }) => id)).toEqual([waiting, bob]);
  const steps = await house.maestro(["rerun", bob, "--step"]);
  expect(steps.stderr).toContain("MR2072: Playing step by step cannot be done");

  house.go("bob");
  const again = await house.maestro(["rerun", bob, "--set", "input.fails=false", "--by", "ada", "--quiet"]);
  expect(again).toMatchObject({ code: 0, stdout: '{\n  "name": "BOB"\n}\n', stderr: "" });
  expect(house.ledger("bob")).toEqual(["first", "second", "second", "third"]);
  const [{ id: rerun } = { id: "" }] = await runs();
  expect((await house.maestro(["runs", "show", rerun])).stdout).toContain(
    `after     ${bob}  edited by ada: input.fails`,
  );

  const forked = await house.maestro(["rerun", waiting, "--fork", "--rev", "live"]);
  expect(forked).toMatchObject({ code: 1 });
  expect(forked.stdout).toContain("waits for a decision");
  const migrated = await house.maestro(["migrate", waiting, "--to", "live", "--yes", "--by", "ada"]);
  expect(migrated).toMatchObject({ code: 0, stderr: "" });
  expect(migrated.stdout).toContain(`go on with it: maestro resume ${waiting}\n`);
  const [fork, , old] = await runs();
  expect(old).toMatchObject({ id: waiting, deployment: fork!.deployment, status: "waiting" });
  expect(fork!.deployment).not.toBe(reviewed!.deployment);
  expect(await house.maestro(["decide", waiting, "--input", "n=3"])).toMatchObject({ code: 0 });
  await expect.poll(async () => (await house.status()).runs, SOON).toEqual({ waiting: 1 });

  orchestrator.child.kill("SIGTERM");
  expect((await orchestrator).code).toBe(0);
});
