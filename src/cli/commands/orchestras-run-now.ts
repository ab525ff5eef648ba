import type { House } from "../../house.ts";
import { playOrchestra } from "../../operations/play-orchestra.ts";
import { resumeRun } from "../../operations/resume-run.ts";
import { findOrchestra } from "../../store/find-orchestra.ts";
import { newId } from "../../support/ids.ts";
import { atStore } from "../at-store.ts";
import type { ExitCode, Io } from "../io.ts";
import { loadSettings, type Settings } from "../load-workspace.ts";
import { playableOf } from "../playable-of.ts";
import { type Showing, Stage } from "../stage.ts";
import { whoIs } from "../who-is.ts";

interface Options extends Showing {
  readonly by?: string;
}

/** `maestro orchestras run-now <id>`: begins a run of it, whether or not it is enabled. */
export async function run(io: Io, [id = ""]: string[], options: Options): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const by = whoIs(io, options.by);
  const command = `maestro orchestras run-now ${id}`;
  const run = newId("run");
  return atStore(io, settings, {
    command,
    there: async (ask, owner) => {
      const begun = (await ask({ op: "playOrchestra", id, run, by }))?.result;
      if (!begun) return undefined;
      const stage = await Stage.open({ io, show: options, root: settings.root });
      try {
        return await stage.follow(ask, run, owner);
      } finally {
        await stage.close();
      }
    },
    here: (house) => playHere(io, settings, { id, run, by, house, options }),
  });
}

interface PlayingHere {
  readonly id: string;
  readonly run: string;
  readonly by: string;
  readonly house: House;
  readonly options: Options;
}

async function playHere(
  io: Io,
  { root }: Settings,
  { id, run, by, house, options }: PlayingHere,
): Promise<ExitCode> {
  const { engine, store, clock } = house;
  const row = await findOrchestra(store, id);
  const stage = await Stage.open({ io, show: options, root });
  try {
    const playable = await playableOf(row, house, root, stage.load);
    // An orchestrator that ended before it answered may have begun it.
    const begun = await store.run(run);
    const begin = () =>
      begun
        ? resumeRun({ engine, store, now: clock.now }, { row: begun, playable })
        : playOrchestra(engine, { row, playable, run, by, origin: "cli" });
    return await stage.watch(begin);
  } finally {
    await stage.close();
  }
}
