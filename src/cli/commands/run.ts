import { openHouse } from "../../house.ts";
import { checkedInput, startRun } from "../../operations/start-run.ts";
import type { ExitCode, Io } from "../io.ts";
import { loadCode } from "../load-code.ts";
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
    const { hash, plan: planText } = deployment;
    await house.store.saveDeployment({
      hash,
      score: plan.score,
      plan: planText,
      code: readCode(deployment),
      createdAt: house.clock.now(),
    });
    const play = await startRun(house.engine, playable, input);
    return await watchPlay(play, { io, show: options });
  } finally {
    await house.close();
  }
}
