import { openHouse } from "../../house.ts";
import { checkedInput, startRun } from "../../operations/start-run.ts";
import type { Plan } from "../../plan/index.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../support/clock.ts";
import type { ExitCode, Io } from "../io.ts";
import { type KeptDeployment, loadCode } from "../load-code.ts";
import { loadScore, readCode } from "../load-workspace.ts";
import { readInput } from "../read-input.ts";
import { type Showing, watchPlay } from "./play.ts";
import { sayWaiting } from "./say-waiting.ts";

interface Options extends Showing {
  readonly input: readonly string[];
}

/** `maestro run <score>`: plays a score in this process, durably. */
export async function run(io: Io, [id = ""]: string[], options: Options): Promise<ExitCode> {
  const { deployment, plan, settings } = await loadScore(io, id);
  const input = await readInput(options.input, { schema: plan.input, cwd: io.cwd, readStdin: io.readStdin });
  const playable = await loadCode(deployment);
  // Before the store is opened: a wrong input waits for nobody and leaves nothing behind.
  await checkedInput(playable, input);
  const house = await openHouse({
    ...settings,
    command: `maestro run ${id}`,
    onWaiting: sayWaiting(io, settings.file),
  });
  try {
    await keepDeployment(deployment, house);
    const begin = () => startRun(house.engine, playable, input);
    return await watchPlay(begin, { io, show: options, root: settings.root });
  } finally {
    await house.close();
  }
}

/** A run keeps its code: the store has it before the run begins. */
async function keepDeployment(
  deployment: KeptDeployment,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): Promise<void> {
  const { hash, plan } = deployment;
  if (await store.hasDeployment(hash)) return;
  const { score } = JSON.parse(plan) as Plan;
  await store.saveDeployment({ hash, score, plan, code: readCode(deployment), createdAt: clock.now() });
}
