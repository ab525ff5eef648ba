import { spawn } from "node:child_process";
import { renameSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { askOwner } from "../../src/services/ask-owner.ts";
import type { HostStatus } from "../../src/services/orchestrator/host.ts";
import { BIN, type CliWorkspace, makeCliWorkspace, type Started } from "./workspace.ts";

/** What happens at once, on a machine that has other things to do as well. */
const SOON = { timeout: 30_000 };
const LONG_MS = 120_000;

const ONE = `import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const one = task({ input: {}, output: z.number(), run: () => 1 });

export default defineScore({ id: "one", nodes: { one }, output: one.output });
`;

const config = (settings: string) =>
  `import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({ ${settings} });\n`;

const statusOf = async ({ path }: CliWorkspace, store = ".maestro/maestro.db") =>
  (await askOwner(path(store), { op: "status" }))?.result as HostStatus | undefined;

async function start(workspace: CliWorkspace, cwd?: string): Promise<{ readonly process: Started }> {
  const started = workspace.maestro(["start"], cwd === undefined ? {} : { cwd });
  onTestFinished(async () => {
    started.child.kill("SIGKILL");
    await started;
  });
  await started.said('"recovered"');
  // Not the process itself, which is a promise of its end.
  return { process: started };
}

/** What the orchestrator has said about its configuration, in order. */
const takenBy = (workspace: CliWorkspace, folder = "") =>
  workspace
    .read(`${folder}.maestro/logs/orchestrator.1.log`)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { event: string; why?: string; said?: string[] })
    .filter(({ event }) => event.startsWith("configuration"));

test("an orchestrator stays in its own workspace when its configuration is gone, and takes it when it is back", {
  timeout: LONG_MS,
}, async () => {
  const around = makeCliWorkspace({
    "maestro.config.ts": config('limits: { runs: 7 }, retention: { runs: "1s" }'),
    "scores/one.ts": ONE,
    "inner/maestro.config.ts": config("limits: { runs: 3 }"),
    "inner/package.json": '{ "name": "inner", "private": true, "type": "module" }\n',
  });
  const [own, away] = [around.path("inner/maestro.config.ts"), around.path("inner/away")];
  const store = "inner/.maestro/maestro.db";
  const most = async () => (await statusOf(around, store))?.slots.most;
  await start(around, around.path("inner"));
  const taken = () => takenBy(around, "inner/").map(({ event }) => event);

  renameSync(own, away);
  await expect.poll(taken, SOON).toEqual(["configuration not taken"]);
  expect(takenBy(around, "inner/")[0]!.why).toBe(
    `There is no maestro.config.ts in ${around.path("inner")} any more.`,
  );
  expect(await most()).toBe(3);
  const asked = {
    op: "start",
    run: `run_${"0".repeat(32)}`,
    score: "one",
    deployment: "0".repeat(64),
    input: {},
  } as const;
  await expect(
    askOwner(around.path(store), { ...asked, priority: 0, isFresh: false, by: "ada" }),
  ).rejects.toMatchObject({ code: "MR2076" });

  // One of another name counts as well, and the one that was there before does when it is put back.
  around.write("inner/maestro.config.js", config("limits: { runs: 5 }"));
  await expect.poll(most, SOON).toBe(5);
  renameSync(away, own);
  await expect.poll(most, SOON).toBe(3);
  expect(taken()).toEqual(["configuration not taken", "configuration taken", "configuration taken"]);
});

test("an orchestrator is ended by restart only when another one can take its place", {
  timeout: LONG_MS,
}, async () => {
  const workspace = makeCliWorkspace({ "scores/one.ts": ONE });
  const { process: first } = await start(workspace);
  workspace.write("scores/broken.ts", "export default 7;\n");

  const refused = await workspace.maestro(["restart"]);

  expect(refused).toMatchObject({ code: 3, stdout: "" });
  expect(refused.stderr).toContain("MR1018");
  expect(await statusOf(workspace)).toMatchObject({ pid: first.child.pid, state: "ready" });

  workspace.remove("scores/broken.ts");
  const next = workspace.maestro(["restart"]);
  onTestFinished(async () => {
    next.child.kill("SIGKILL");
    await next;
  });
  await next.said('"recovered"');
  expect((await first).code).toBe(0);
  expect(await statusOf(workspace)).toMatchObject({ pid: next.child.pid, state: "ready" });
});

test("a mistake in the configuration keeps nobody from looking at what is up, and from ending it", {
  timeout: LONG_MS,
}, async () => {
  const good = 'store: { file: "data/own.db", durability: "process" }';
  const workspace = makeCliWorkspace({ "scores/one.ts": ONE, "maestro.config.ts": config(good) });
  const { process: orchestrator } = await start(workspace);
  const played = await workspace.maestro(["run", "one"]);
  const run = /run_\w+/.exec(played.stdout)![0];
  workspace.write("maestro.config.ts", config(`${good}, limits: { runs: 0 }`));
  const warning = `warning MR2077: The workspace's configuration has errors; this is about the store ${workspace.path("data/own.db")}.\n`;

  const status = await workspace.maestro(["status", "--json"]);
  expect(status.code).toBe(0);
  expect(JSON.parse(status.stdout)).toMatchObject({ isUp: true, pid: orchestrator.child.pid });
  expect(status.stderr).toContain("maestro.config.ts:3:");
  expect(status.stderr).toContain(warning);
  for (const words of [["runs"], ["runs", "show", run], ["logs", run], ["checkpoints"]]) {
    const { code, stdout, stderr } = await workspace.maestro(words);
    expect({ words, code }).toEqual({ words, code: 0 });
    expect(stdout).toMatch(
      words[0] === "checkpoints" ? /no checkpoint is open/ : new RegExp(`${run}|run ended`),
    );
    expect(stderr).toContain(warning);
  }
  const refused = await workspace.maestro(["pause", run]);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain(
    "error MR2075: The workspace's configuration has an error.\n  hint: look at: maestro validate\n",
  );

  expect(await workspace.maestro(["stop"])).toMatchObject({
    code: 0,
    stdout: `the orchestrator (process ${orchestrator.child.pid}) has ended\n`,
  });
  expect((await orchestrator).code).toBe(0);

  // Nothing is remembered: then it is the store that there is by default.
  workspace.remove(".maestro/cache");
  const guessed = await workspace.maestro(["status"]);
  expect(guessed.code).toBe(1);
  expect(guessed.stderr).toContain(`this is about the store ${workspace.path(".maestro/maestro.db")}.`);
});

test("an orchestrator ends with the terminal that it was started in, and its log is plain text there as well", {
  timeout: LONG_MS,
}, async () => {
  const workspace = makeCliWorkspace({ "scores/one.ts": ONE });
  const { CI: _, NO_COLOR: __, ...env } = process.env;
  const terminal = spawn("script", ["-qec", `"${process.execPath}" "${BIN}" start --json`, "/dev/null"], {
    cwd: workspace.root,
    env: { ...env, TERM: "xterm-256color" },
    stdio: "ignore",
  });
  onTestFinished(() => void terminal.kill("SIGKILL"));
  await expect.poll(async () => (await statusOf(workspace))?.state, SOON).toBe("ready");
  const { pid } = (await statusOf(workspace))!;
  onTestFinished(() => {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  });

  workspace.write("maestro.config.ts", config("limits: { runs: 0 }"));
  await expect.poll(() => takenBy(workspace), SOON).toMatchObject([{ event: "configuration not taken" }]);
  const [{ why, said } = {}] = takenBy(workspace);
  expect(why).toBe("The workspace's configuration has an error.");
  expect(said!.join("\n")).toMatch(/maestro\.config\.ts:3:\d+ {2}error MS/);
  expect(said!.join("\n")).not.toContain(String.fromCharCode(27));

  // With its terminal still there it is told to take its configuration.
  workspace.write("maestro.config.ts", config("limits: { runs: 4 }"));
  process.kill(pid, "SIGHUP");
  await expect.poll(async () => (await statusOf(workspace))?.slots.most, SOON).toBe(4);
  terminal.kill("SIGKILL");

  await expect.poll(async () => await statusOf(workspace), SOON).toBe(undefined);
  const log = () => workspace.read(".maestro/logs/orchestrator.1.log");
  await expect.poll(log, SOON).toContain('"event":"ended"');
  expect(log()).toContain('"by":"its terminal, which is closed","event":"told to end"');
});
