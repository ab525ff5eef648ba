/**
 * Plays or resumes the ledger score in a process of its own, and kills itself at one of its writes to the store.
 *   node player.ts FILE LEDGER start|resume before:N|after:N|never
 */
import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { toPlan } from "../../src/define/to-plan.ts";
import { Engine, toPlayable } from "../../src/engine/index.ts";
import { resumeRun } from "../../src/operations/resume-run.ts";
import { startRun } from "../../src/operations/start-run.ts";
import { type Connection, connectLibsql } from "../../src/store/connection.ts";
import { openStore } from "../../src/store/open-store.ts";
import { systemClock } from "../../src/support/clock.ts";
import { ledgerScore } from "./score.ts";

const [file, ledger, how, kill] = process.argv.slice(2) as [string, string, string, string];
const [when, at] = kill.split(":") as [string, string | undefined];
let writes = 0;

/** The driver, with a kill -9 right before or right after the n-th commit. */
function connect(path: string): Connection {
  const real = connectLibsql(path);
  const counted = async <T>(write: () => Promise<T>): Promise<T> => {
    writes++;
    if (when === "before" && writes === Number(at)) process.kill(process.pid, "SIGKILL");
    const result = await write();
    if (when === "after" && writes === Number(at)) process.kill(process.pid, "SIGKILL");
    return result;
  };
  return {
    execute: (sql, args) =>
      /^\s*SELECT/i.test(sql) ? real.execute(sql, args) : counted(() => real.execute(sql, args)),
    batch: (statements) => counted(() => real.batch(statements)),
    executeMultiple: (sql) => real.executeMultiple(sql),
    reconnect: () => real.reconnect(),
    close: () => real.close(),
  };
}

const migrations = fileURLToPath(new URL("../../migrations", import.meta.url));
const store = await openStore({ file, durability: "process", migrations, connect });
const { plan, code } = toPlan(ledgerScore(ledger) as never);
const playable = toPlayable("deployment-1", plan, code);
await store.saveDeployment({
  hash: playable.hash,
  score: plan.score,
  plan: JSON.stringify(plan),
  code: null,
  createdAt: 1,
});
const engine = new Engine(store, systemClock);
const [unfinished] = await store.unfinishedRuns();
if (how === "start" || unfinished) {
  const play =
    how === "start"
      ? await startRun(engine, playable, { n: 1 })
      : await resumeRun({ engine, store, now: systemClock.now }, { row: unfinished!, playable });
  if (how === "start") appendFileSync(`${ledger}.acknowledged`, `${play.id}\n`);
  await play.ending;
}
await store.close();
process.stdout.write(`${writes}\n`);
