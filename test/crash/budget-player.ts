/**
 * Plays a score that asks a model under a budget, in a process of its own, until it is killed.
 *   node budget-player.ts FILE BASE_URL BUDGET
 */
import { toPlan } from "../../src/define/to-plan.ts";
import { Engine } from "../../src/engine/index.ts";
import { NOTHING_OUTSIDE } from "../../src/engine/outside.ts";
import { makePlayable } from "../../src/operations/make-playable.ts";
import { MIGRATIONS } from "../../src/paths.ts";
import { openStore } from "../../src/store/open-store.ts";
import { systemClock } from "../../src/support/clock.ts";
import { modelsAt, SCORES } from "./budget-score.ts";

const [file, baseUrl, budget] = process.argv.slice(2) as [string, string, keyof typeof SCORES];
const store = await openStore({ file, durability: "process", migrations: MIGRATIONS });
const compiled = toPlan(SCORES[budget] as never);
const playable = makePlayable(compiled, () => "deployment-letters");
const plan = JSON.stringify(compiled.plan);
await store.saveDeployment({ hash: playable.hash, score: "letters", plan, code: null, createdAt: 1 });
const engine = new Engine(store, systemClock, { ...NOTHING_OUTSIDE, models: modelsAt(baseUrl) });
await (await engine.start(playable, {})).ending;
