import { copyFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openStore } from "../../src/store/open-store.ts";
import { inspectBackup } from "../../src/store/restore.ts";
import { makeCliWorkspace } from "../cli/workspace.ts";
import { completed, MIGRATIONS, newRun } from "../store/workbench.ts";

const TIMES = 20;
/** The last one is killed so much later than one is thought to take. */
const LATEST = 1.3;
/** One that was killed too early, or had ended, says how long they take on a machine that others load. */
const [LONGER, SHORTER] = [1.3, 0.85];
const CONFIG = `import { defineConfig } from "maestro-ts";

export default defineConfig({ store: { file: ".maestro/m.db", durability: "process" } });
`;

/** A store of some megabytes with a run of this name. */
async function make(file: string, run: string): Promise<void> {
  const store = await openStore({ file, durability: "process", migrations: MIGRATIONS });
  await store.saveDeployment({ hash: "d", score: "leads", plan: "{}", code: null, createdAt: 1 });
  await store.createRun(newRun({ id: run }));
  const output = JSON.stringify("x".repeat(100_000));
  for (let n = 0; n < 300; n++) store.noteStep(completed(`items/${n}`, { runId: run, output }));
  await store.close();
}

test("killed at any moment, a restore leaves the store before or the backup, and a backup is whole or not there", async () => {
  const workspace = makeCliWorkspace({ "maestro.config.ts": CONFIG, ".maestro/none": "" });
  const file = workspace.path(".maestro/m.db");
  const [before, backup, to] = [
    workspace.path("before.db"),
    workspace.path("backup.db"),
    workspace.path("to.db"),
  ];
  const [old, fresh] = [`run_${"0".repeat(31)}1`, `run_${"0".repeat(31)}2`];
  await make(before, old);
  await make(backup, fresh);
  const reset = () => {
    for (const name of readdirSync(workspace.path(".maestro")))
      if (name.startsWith("m.db")) rmSync(workspace.path(`.maestro/${name}`), { recursive: true });
    copyFileSync(before, file);
  };
  /** Runs it until `sign` is there, and kills it so much later; how long it took from the sign on. */
  const play = async (words: string[], sign: string, killedAfterMs?: number) => {
    const started = workspace.maestro(words);
    let isOver = false;
    const over = started.then(() => (isOver = true));
    while (!existsSync(sign) && !isOver) await sleep(1);
    const signAt = performance.now();
    if (killedAfterMs !== undefined) {
      await sleep(killedAfterMs);
      started.child.kill("SIGKILL");
    }
    await over;
    return performance.now() - signAt;
  };
  const seen = { old: 0, fresh: 0, made: 0, none: 0 };

  reset();
  let restoring = await play(["restore", "backup.db", "--yes"], `${file}.restoring`);
  for (let n = 0; n < TIMES; n++) {
    reset();
    await play(["restore", "backup.db", "--yes"], `${file}.restoring`, (restoring * LATEST * n) / TIMES);

    const { newest } = await inspectBackup(file);
    expect([old, fresh]).toContain(newest);
    seen[newest === old ? "old" : "fresh"]++;
    restoring *= newest === old ? LONGER : SHORTER;
    const store = await openStore({ file, durability: "process", migrations: MIGRATIONS });
    expect(await store.stepsOf(newest!)).toHaveLength(300);
    await store.close();
  }
  reset();
  let copying = await play(["backup", "to.db"], `${to}.unfinished`);
  rmSync(to, { force: true });
  for (let n = 0; n < TIMES; n++) {
    rmSync(`${to}.unfinished`, { force: true });
    await play(["backup", "to.db"], `${to}.unfinished`, (copying * LATEST * n) / TIMES);

    seen[existsSync(to) ? "made" : "none"]++;
    copying *= existsSync(to) ? SHORTER : LONGER;
    if (existsSync(to)) expect(await inspectBackup(to)).toMatchObject({ runs: 1, newest: old });
    rmSync(to, { force: true });
  }
  expect((await workspace.maestro(["backup", "to.db"])).code).toBe(0);
  process.stderr.write(`${JSON.stringify(seen)}\n`);
  expect(Math.min(seen.old, seen.fresh, seen.made, seen.none)).toBeGreaterThan(0);
});
