import { MaestroError } from "../../diagnostics/index.ts";
import { openHouse } from "../../house.ts";
import { decideCheckpoint } from "../../operations/decide-checkpoint.ts";
import { resumeRun } from "../../operations/resume-run.ts";
import { type CheckpointNode, nodeAt } from "../../plan/index.ts";
import { findRun } from "../../views/find-run.ts";
import { heldBy } from "../../views/held-by.ts";
import { chooseCheckpoint, openCheckpointsOf } from "../../views/open-checkpoints.ts";
import { outermostOf } from "../../views/outermost-of.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { outsideOf } from "../outside-of.ts";
import { readInput } from "../read-input.ts";
import { type Showing, Stage } from "../stage.ts";
import { whoIs } from "../who-is.ts";
import { heldLine } from "./held-line.ts";
import { playableOf } from "./resume.ts";
import { sayWaiting } from "./say-waiting.ts";

interface Options extends Showing {
  readonly input: readonly string[];
  readonly by?: string;
}

/** `maestro decide <run> [step]`: answers a checkpoint, and goes on with the run. */
export async function run(io: Io, [prefix = "", key]: string[], options: Options): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const house = await openHouse({
    ...settings,
    command: "maestro decide",
    outside: outsideOf(io, settings),
    onWaiting: sayWaiting(io, settings.file),
  });
  const stage = await Stage.open({ io, show: options, root: settings.root });
  try {
    const { engine, store, clock } = house;
    const row = await findRun(store, prefix);
    if (row.endedAt !== null) throw new MaestroError("MR2008", { run: row.id, status: row.status });
    const checkpoint = chooseCheckpoint(row, await openCheckpointsOf(store, row.id), key);
    const playable = await playableOf(row, house, settings.root);
    const { decision } = nodeAt(playable.plan, checkpoint.step.key) as CheckpointNode;
    const value = await readInput(options.input, { schema: decision, cwd: io.cwd, readStdin: io.readStdin });
    const by = whoIs(io, options.by);
    const tools = { engine, store, now: clock.now };
    await decideCheckpoint(tools, { row, playable, step: checkpoint.step, value, by });
    const whole = await outermostOf(row, store);
    const held = heldBy(whole);
    if (held) {
      io.warn(heldLine(whole, held));
      return EXIT.ok;
    }
    const given = { row: whole, playable: await playableOf(whole, house, settings.root) };
    return await stage.watch(() => resumeRun(tools, given));
  } finally {
    stage.close();
    await house.close();
  }
}
