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
import { openStore } from "../../src/store/open-store.ts";
import { systemClock } from "../../src/support/clock.ts";
import { killAtWrite } from "./kill-at-write.ts";
import { ledgerScore } from "./score.ts";

const [file, ledger, how, kill] = process.argv.slice(2) as [string, string, string, string];
const { counter, connect } = killAtWrite(kill);

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
process.stdout.write(`${counter.writes}\n`);
