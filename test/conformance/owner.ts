/** Plays a score in children until it is killed: `node owner.ts FOLDER LEDGER`. */
import { join } from "node:path";
import { toPlan } from "../../src/define/to-plan.ts";
import { Engine } from "../../src/engine/index.ts";
import { startRun } from "../../src/operations/start-run.ts";
import { CHILD, MIGRATIONS } from "../../src/paths.ts";
import { ChildPlayers } from "../../src/services/children/child-players.ts";
import { openStore } from "../../src/store/open-store.ts";
import { systemClock } from "../../src/support/clock.ts";
import { scores } from "./faulty.ts";

const [folder, ledger] = process.argv.slice(2) as [string, string];
const store = await openStore({ file: join(folder, "m.db"), durability: "process", migrations: MIGRATIONS });
const engine = new Engine(store, systemClock);
const players = new ChildPlayers({ entry: CHILD, root: folder });
const plan = JSON.stringify(toPlan(scores.plain as never).plan);
const playable = await players.prepare({ hash: "plain", plan, codeFile: join(folder, "plain.ts") });
await store.saveDeployment({ hash: "plain", score: "plain", plan, code: null, createdAt: 1 });
await startRun(engine, playable, { what: "grandchild", ledger });
