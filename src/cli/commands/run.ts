import type { Engine, Play, Playable, RunSource } from "../../engine/index.ts";
import { openHouse } from "../../house.ts";
import { checkedOutputs } from "../../operations/checked-outputs.ts";
import { checkedInput, startRun } from "../../operations/start-run.ts";
import { toPriority } from "../../operations/to-priority.ts";
import type { Plan } from "../../plan/index.ts";
import { explainSource } from "../../views/source-text.ts";
import { reachOf } from "../at-store.ts";
import type { ExitCode, Io } from "../io.ts";
import { keepDeployment } from "../keep-deployment.ts";
import { type KeptDeployment, loadPlayable } from "../load-code.ts";
import { loadScore, type Settings } from "../load-workspace.ts";
import { outsideOf } from "../outside-of.ts";
import { readInput } from "../read-input.ts";
import { readOutputs } from "../read-outputs.ts";
import { type Showing, Stage } from "../stage.ts";
import { steeringOf } from "../step/steering-of.ts";
import { UsageError } from "../usage-error.ts";
import { sayWaiting } from "./say-waiting.ts";

interface Options extends Showing {
  readonly input: readonly string[];
  readonly priority?: string;
  /** False with --no-cache. */
  readonly cache: boolean;
  readonly have?: readonly string[];
  readonly rehearse?: boolean;
  readonly seed?: string;
}

/** `maestro run <score>`: plays a score in this process, durably. */
export async function run(io: Io, [id = ""]: string[], options: Options): Promise<ExitCode> {
  const source = sourceOf(options);
  const loaded = await loadScore(io, id);
  const { plan, settings } = loaded;
  if (options.step && options.input.includes("-"))
    throw new UsageError(
      "Standard input cannot give the input and say what is played next.",
      "--input @file.json",
    );
  const priority = options.priority === undefined ? 0 : toPriority(options.priority);
  const input = await readInput(options.input, {
    schema: plan.input,
    cwd: io.cwd,
    readStdin: io.readStdin,
  });
  const have = options.have && readOutputs(options.have, { option: "--have", cwd: io.cwd });
  if (source && options.quiet) io.warn(`${source.is}: ${explainSource(source.is)}`);
  const stage = await Stage.open({ io, show: options, root: settings.root });
  try {
    const { deployment, playable } = await loadPlayable(io, loaded, stage.load);
    // Before the store is opened: a wrong input waits for nobody and leaves nothing behind.
    await checkedInput(playable, input);
    if (have) await checkedOutputs(playable, have);
    return await play(stage, {
      io,
      settings,
      deployment,
      options,
      playable,
      begin: (engine) =>
        startRun(engine, playable, input, {
          priority,
          have,
          isFresh: !options.cache,
          isStepped: options.step,
          source,
        }),
    });
  } finally {
    await stage.close();
  }
}

/** What answers in place of those outside, when somebody has asked for that. */
function sourceOf({ rehearse, seed }: Options): RunSource | undefined {
  if (seed !== undefined && !rehearse)
    throw new UsageError("--seed says which samples a rehearsal gives.", "--rehearse --seed 7");
  const number = Number(seed ?? 0);
  if (!Number.isSafeInteger(number) || seed === "")
    throw new UsageError(`--seed ${seed} is not a whole number.`, "--rehearse --seed 7");
  return rehearse ? { is: "rehearsal", seed: number } : undefined;
}

interface Playing {
  readonly io: Io;
  readonly settings: Settings;
  readonly deployment: KeptDeployment;
  readonly options: Options;
  readonly playable: Playable;
  readonly begin: (engine: Engine) => Promise<Play>;
}

async function play(stage: Stage, playing: Playing): Promise<ExitCode> {
  const { io, settings, deployment, options, playable, begin } = playing;
  const { score } = JSON.parse(deployment.plan) as Plan;
  const onWaiting = sayWaiting(io, settings.file);
  const house = await openHouse({
    ...settings,
    command: `maestro run ${score}`,
    outside: outsideOf(io, settings),
    onWaiting,
    reach: reachOf(io, settings),
  });
  try {
    await keepDeployment(deployment, house);
    const { store } = house;
    return await stage.watch(() => begin(house.engine), steeringOf(io, options, { playable, store }));
  } finally {
    await house.close();
  }
}
