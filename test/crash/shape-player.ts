/**
 * Plays or resumes one shape of a score in a process of its own, and kills itself at one of its writes to the store.
 *   node shape-player.ts FOLDER URL SHAPE start|resume before:N|after:N|never
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { toPlan } from "../../src/define/to-plan.ts";
import { Engine, type Playable } from "../../src/engine/index.ts";
import { NOTHING_OUTSIDE } from "../../src/engine/outside.ts";
import { decideCheckpoint } from "../../src/operations/decide-checkpoint.ts";
import { makePlayable } from "../../src/operations/make-playable.ts";
import { resumeRun } from "../../src/operations/resume-run.ts";
import { startRun } from "../../src/operations/start-run.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { systemClock } from "../../src/support/clock.ts";
import { openCheckpointsOf } from "../../src/views/open-checkpoints.ts";
import { killAtWrite } from "./kill-at-write.ts";
import { shapesOf } from "./shapes.ts";

const [folder, url, shape, how, kill] = process.argv.slice(2) as [string, string, string, string, string];
const file = join(folder, "m.db");
const ledgerFile = join(folder, "programs");
const { counter, connect } = killAtWrite(kill);

/** The effects that the ledger knows of a step: what somebody who is asked would look up. */
async function hasHappened(key: string): Promise<boolean> {
  const lines = (await (await fetch(url)).json()) as { key: string }[];
  return lines.some((line) => line.key.endsWith(`/${key}`));
}

async function goOn(engine: Engine, store: Store, playable: Playable): Promise<void> {
  const [row] = (await store.unfinishedRuns()).filter(({ parent }) => parent === null);
  if (!row) return;
  const [open] = await openCheckpointsOf(store, row.id);
  const tools = { engine, store, now: systemClock.now };
  if (open) {
    const deciding = { row, playable, step: open.step, value: { ok: true }, by: "ada" };
    await decideCheckpoint(tools, deciding);
  }
  const play = await resumeRun(tools, { row, playable });
  const ending = await play.ending;
  if (ending.is === "waiting") return goOn(engine, store, playable);
  if (ending.is !== "asking") return;
  // What must not happen twice is asked about: it is looked up, and answered.
  const answers = { redo: [] as string[], give: {} as Record<string, unknown> };
  for (const key of ending.steps) {
    if (await hasHappened(key)) answers.give[key] = { n: outputOf(key) };
    else answers.redo.push(key);
  }
  const again = await resumeRun(tools, { row: (await store.run(row.id))!, playable, answers });
  await again.ending;
}

/** What the two steps of "retry never" give. */
function outputOf(key: string): number {
  return key === "pay" ? 12 : 42;
}

const migrations = fileURLToPath(new URL("../../migrations", import.meta.url));
const store = await openStore({ file, durability: "process", migrations, connect });
const made = shapesOf({ url, file: ledgerFile })[shape]!();
const playable = makePlayable(toPlan(made as never), () => "deployment-1");
const { score } = playable.plan;
const plan = JSON.stringify(playable.plan);
await store.saveDeployment({ hash: playable.hash, score, plan, code: null, createdAt: 1 });
const outside = { ...NOTHING_OUTSIDE, allowHosts: [new URL(url).host], allowPrivate: true, root: folder };
const engine = new Engine(store, systemClock, outside);
if (how === "start") {
  const play = await startRun(engine, playable, {});
  appendFileSync(join(folder, "acknowledged"), `${play.id}\n`);
  const { is } = await play.ending;
  if (is === "waiting") await goOn(engine, store, playable);
} else await goOn(engine, store, playable);
await store.close();
const programs = existsSync(ledgerFile) ? readFileSync(ledgerFile, "utf8").split("\n").length - 1 : 0;
process.stdout.write(`${JSON.stringify({ writes: counter.writes, programs })}\n`);
