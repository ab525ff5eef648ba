import type { House } from "../../house.ts";
import { rerunRun } from "../../operations/rerun-run.ts";
import { findRun } from "../../views/find-run.ts";
import { atStore } from "../at-store.ts";
import { chooseRevision } from "../choose-revision.ts";
import type { ExitCode, Io } from "../io.ts";
import { loadSettings, type Settings } from "../load-workspace.ts";
import { readEdits } from "../read-edits.ts";
import { refuseWithOrchestrator } from "../refuse-with-orchestrator.ts";
import { type Showing, Stage } from "../stage.ts";
import { steeringOf } from "../step/steering-of.ts";
import { whoIs } from "../who-is.ts";

interface Options extends Showing {
  readonly from?: readonly string[];
  readonly set: readonly string[];
  readonly rev: string;
  readonly fork?: boolean;
  readonly by?: string;
}

/** `maestro rerun <run>`: a new run that takes over what went well in an earlier one, and plays the rest again. */
export async function run(io: Io, [prefix = ""]: string[], options: Options): Promise<ExitCode> {
  const settings = await loadSettings(io);
  return atStore(io, settings, {
    command: "maestro rerun",
    silentMs: 0,
    there: (ask, owner) => refuseWithOrchestrator("A rerun", ask, owner),
    here: (house) => rerunHere(io, { prefix, settings, house, options }),
  });
}

interface Rerunning {
  readonly prefix: string;
  readonly settings: Settings;
  readonly house: House;
  readonly options: Options;
}

async function rerunHere(io: Io, { prefix, settings, house, options }: Rerunning): Promise<ExitCode> {
  const stage = await Stage.open({ io, show: options, root: settings.root });
  try {
    const { engine, store, clock } = house;
    const row = await findRun(store, prefix);
    const { playable, deploy } = await chooseRevision(row, options.rev, {
      io,
      house,
      root: settings.root,
      stage,
    });
    const given = {
      row,
      playable,
      deploy,
      from: options.from ?? [],
      set: readEdits(options.set, playable, io.cwd),
      isFork: options.fork,
      isStepped: options.step,
      by: whoIs(io, options.by),
    };
    const steering = steeringOf(io, options, { playable, store });
    return await stage.watch(() => rerunRun({ engine, store, now: clock.now }, given), steering);
  } finally {
    await stage.close();
  }
}
