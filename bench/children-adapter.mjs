/** Maestro with its tasks in child processes, as the orchestrator plays them. Needs `npm run build`. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { toPlan } from "../src/define/to-plan.ts";
import { Engine } from "../src/engine/index.ts";
import { startRun } from "../src/operations/start-run.ts";
import { MIGRATIONS } from "../src/paths.ts";
import { ChildPlayers } from "../src/services/children/child-players.ts";
import { openStore } from "../src/store/open-store.ts";
import { systemClock } from "../src/support/clock.ts";
import ten from "./chain.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
let [store, engine, players, playable] = [];

export async function init({ dir, durability }) {
  store = await openStore({ file: join(dir, "maestro.db"), durability, migrations: MIGRATIONS });
  engine = new Engine(store, systemClock);
  players = new ChildPlayers({ entry: at("../dist/child.js"), root: dir });
  const plan = JSON.stringify(toPlan(ten).plan);
  playable = await players.prepare({ hash: "ten", plan, codeFile: at("./chain.mjs") });
  await store.saveDeployment({ hash: "ten", score: playable.plan.score, plan, code: null, createdAt: 1 });
}

export async function run10(n) {
  const { ending } = await startRun(engine, playable, { n });
  return (await ending).output;
}

export async function close() {
  await engine.stop(new Error("done"));
  await players.close();
  await store.close();
}
