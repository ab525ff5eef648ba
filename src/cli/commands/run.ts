import { resolve } from "node:path";
import { MaestroError } from "../../diagnostics/index.ts";
import type { Playable, RunSource } from "../../engine/index.ts";
import { checkedOutputs } from "../../operations/checked-outputs.ts";
import { resumeRun } from "../../operations/resume-run.ts";
import { type BegunBy, checkedInput, type RunBeginnings, startRun } from "../../operations/start-run.ts";
import { toPriority } from "../../operations/to-priority.ts";
import type { Plan } from "../../plan/index.ts";
import { newId } from "../../support/ids.ts";
import { explainSource } from "../../views/source-text.ts";
import { atStore } from "../at-store.ts";
import type { ExitCode, Io } from "../io.ts";
import { keepDeployment } from "../keep-deployment.ts";
import { type KeptDeployment, loadPlayable } from "../load-code.ts";
import { loadScore, type Settings } from "../load-workspace.ts";
import { readInput } from "../read-input.ts";
import { readOutputs } from "../read-outputs.ts";
import { refuseWithOrchestrator } from "../refuse-with-orchestrator.ts";
import { type Showing, Stage } from "../stage.ts";
import { steeringOf } from "../step/steering-of.ts";
import { UsageError } from "../usage-error.ts";
import { whoIs } from "../who-is.ts";
import { warnLines } from "../write-line.ts";

interface Options extends Showing {
  readonly input: readonly string[];
  readonly priority?: string;
  /** False with --no-cache. */
  readonly cache: boolean;
  readonly have?: readonly string[];
  readonly rehearse?: boolean;
  readonly seed?: string;
  readonly cassette?: string;
  readonly flag: readonly string[];
  readonly by?: string;
}

/** `maestro run <score>`: plays a score in this process, durably. */
export async function run(io: Io, [id = ""]: string[], options: Options): Promise<ExitCode> {
  const source = sourceOf(io, options);
  if (source?.is === "cassette") await checkCassette(source.file, id);
  if (source && options.flag.length > 0)
    throw new UsageError(`--flag says which models are asked, and a ${source.is} asks none.`);
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
  if (source && options.quiet) warnLines(io, `${source.is}: ${explainSource(source.is)}`);
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
      input,
      beginnings: {
        id: newId("run"),
        priority,
        have,
        isFresh: !options.cache,
        isStepped: options.step,
        source,
        flags: options.flag,
        by: { who: whoIs(io, options.by), origin: "cli" },
      },
    });
  } finally {
    await stage.close();
  }
}

/** What answers in place of those outside, when somebody has asked for that. */
function sourceOf({ cwd }: Io, { rehearse, seed, cassette }: Options): RunSource | undefined {
  if (cassette !== undefined && rehearse)
    throw new UsageError("A run is a rehearsal or played from a cassette, not both.");
  if (seed !== undefined && !rehearse)
    throw new UsageError("--seed says which samples a rehearsal gives.", "--rehearse --seed 7");
  const number = Number(seed ?? 0);
  if (!Number.isSafeInteger(number) || seed === "")
    throw new UsageError(`--seed ${seed} is not a whole number.`, "--rehearse --seed 7");
  if (cassette !== undefined) return { is: "cassette", file: resolve(cwd, cassette) };
  return rehearse ? { is: "rehearsal", seed: number } : undefined;
}

/** Before anything is stored. */
async function checkCassette(file: string, id: string): Promise<void> {
  const { readCassette } = await import("../../players/understudies/cassette-file.ts");
  const { score } = readCassette(file);
  if (score !== id)
    throw new MaestroError("MR3087", { file, detail: `it was recorded of "${score}", not of "${id}"` });
}

interface Playing {
  readonly io: Io;
  readonly settings: Settings;
  readonly deployment: KeptDeployment;
  readonly options: Options;
  readonly playable: Playable;
  readonly input: unknown;
  readonly beginnings: RunBeginnings & {
    readonly id: string;
    readonly priority: number;
    readonly by: BegunBy;
  };
}

/** Plays the run here, or lets the orchestrator play it that owns the store, and follows it. */
async function play(stage: Stage, playing: Playing): Promise<ExitCode> {
  const { io, settings, deployment, options, playable, input, beginnings } = playing;
  const { score } = JSON.parse(deployment.plan) as Plan;
  // An orchestrator that ended before it answered may have begun it.
  let isAsked = false;
  return atStore(io, settings, {
    command: `maestro run ${score}`,
    silentMs: 0,
    there: async (ask, owner) => {
      if (options.step) return refuseWithOrchestrator("Playing step by step", ask, owner);
      const { id: run, priority, have, source, by } = beginnings;
      const request = { run, score, deployment: deployment.hash, input: input ?? {}, priority, by: by.who };
      isAsked = true;
      const isKept = source && source.is !== "script";
      const how = {
        isFresh: !options.cache,
        ...(isKept ? { source } : {}),
        ...(have ? { have } : {}),
        ...(options.flag.length > 0 ? { flags: options.flag } : {}),
      };
      const started = await ask({ op: "start", ...request, ...how });
      if (!started?.result) return undefined;
      return stage.follow(ask, run, owner);
    },
    here: async (house) => {
      await keepDeployment({ deployment, playable }, house);
      const { engine, store, clock } = house;
      const row = isAsked ? await store.run(beginnings.id) : undefined;
      const begin = () =>
        row
          ? resumeRun({ engine, store, now: clock.now }, { row, playable })
          : startRun(engine, playable, input, beginnings);
      return stage.watch(begin, steeringOf(io, options, { playable, store }));
    },
  });
}
