/**
 * Plays the held score, pauses or cancels it while steps are at work, and kills itself at one of its writes from then on,
 * or right behind the acknowledgement.
 *   node control-player.ts FILE LEDGER pause|cancel before:N|after:N|acknowledged|never
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { toPlan } from "../../src/define/to-plan.ts";
import { Engine } from "../../src/engine/index.ts";
import { makePlayable } from "../../src/operations/make-playable.ts";
import { startRun } from "../../src/operations/start-run.ts";
import { openStore } from "../../src/store/open-store.ts";
import { systemClock } from "../../src/support/clock.ts";
import { heldScore } from "./held-score.ts";
import { killAtWrite } from "./kill-at-write.ts";

const [file, ledger, how, kill] = process.argv.slice(2) as [string, string, "pause" | "cancel", string];
const { counter, connect } = killAtWrite(kill);
counter.isCounting = false;

const migrations = fileURLToPath(new URL("../../migrations", import.meta.url));
const store = await openStore({ file, durability: "process", migrations, connect });
const gate = Promise.withResolvers<void>();
const compiled = toPlan(heldScore(ledger, gate.promise) as never);
const playable = makePlayable(compiled, () => "deployment-1");
const { hash, plan } = playable;
await store.saveDeployment({ hash, score: plan.score, plan: JSON.stringify(plan), code: null, createdAt: 1 });
const engine = new Engine(store, systemClock);
const play = await startRun(engine, playable, {});
while (!existsSync(ledger) || !/^inner work$/m.test(readFileSync(ledger, "utf8")))
  await new Promise((resolve) => setTimeout(resolve, 1));
counter.isCounting = true;
const who = { by: "ada" };
const acknowledged =
  how === "pause" ? engine.pause(play.id, who) : engine.cancel(play.id, { ...who, graceMs: 5 });
await acknowledged;
appendFileSync(ledger, "acknowledged\n");
if (kill === "acknowledged") process.kill(process.pid, "SIGKILL");
gate.resolve();
await play.ending;
await store.close();
