import { MaestroError } from "../../diagnostics/index.ts";
import type { Play } from "../../engine/index.ts";
import type { House } from "../../house.ts";
import { audited } from "../../operations/audited.ts";
import { inTurn } from "../../operations/in-turn.ts";
import { type Answers, resumeRun } from "../../operations/resume-run.ts";
import type { RunRow } from "../../store/store.ts";
import { findRun } from "../../views/find-run.ts";
import { heldBy } from "../../views/held-by.ts";
import { atStore, type Owner } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings, type Settings } from "../load-workspace.ts";
import { withSlots } from "../orchestrator/with-slots.ts";
import { playableOf } from "../playable-of.ts";
import { printError } from "../print-error.ts";
import { readOutputs } from "../read-outputs.ts";
import { refuseWithOrchestrator } from "../refuse-with-orchestrator.ts";
import { type Showing, Stage } from "../stage.ts";
import { steeringOf } from "../step/steering-of.ts";
import { UsageError } from "../usage-error.ts";
import { whoIs } from "../who-is.ts";
import { warnLines, writeLine } from "../write-line.ts";
import { heldLine } from "./held-line.ts";

interface Options extends Showing {
  readonly redo?: readonly string[];
  readonly give?: readonly string[];
  readonly fail?: readonly string[];
  readonly by?: string;
}

/** `maestro resume [run]`: goes on with one run, or with every run that has not ended. */
export async function run(io: Io, [prefix]: string[], options: Options): Promise<ExitCode> {
  const answers = toAnswers(options, io);
  const settings = await loadSettings(io);
  if (prefix !== undefined)
    return goOnByName(io, settings, { prefix, answers, options, by: whoIs(io, options.by) });
  if (Object.keys(answers).length > 0) {
    throw new UsageError(
      "--redo, --give and --fail are about one run: name it.",
      "maestro resume <run> --redo <step>",
    );
  }
  if (options.step) throw new UsageError("--step is about one run: name it.", "maestro resume <run> --step");
  return atStore(io, settings, {
    command: COMMAND,
    silentMs: 0,
    there: async (ask, owner) => {
      const status = await ask({ op: "status" });
      if (!status?.result) return undefined;
      if (!options.json && !options.quiet)
        writeLine(io, `process ${owner.pid} (${owner.command}) goes on with every run that can`);
      return EXIT.ok;
    },
    here: (house) => goOnWithAll(io, { house, settings, options }),
  });
}

const COMMAND = "maestro resume";

/**
 * As many as may be under way at once, as with `maestro start`; the others wait in the queue. One is shown as when it is
 * named, several each with its name.
 */
async function goOnWithAll(
  io: Io,
  { house, settings, options }: Pick<GoingOn, "house" | "options"> & { readonly settings: Settings },
): Promise<ExitCode> {
  const { store, engine } = house;
  const { root } = settings;
  const rows = inTurn(await store.unfinishedRuns()).filter(({ parent }) => parent === null);
  if (rows.length === 0 && !options.json && !options.quiet)
    io.write("nothing to resume: every run has ended\n");
  const free = rows.filter((row) => !isHeld(row, io));
  const [only, ...others] = free;
  if (only === undefined) return EXIT.ok;
  if (others.length === 0) return goOn(only, { house, root, io, answers: {}, options, isOneOfMany: true });
  engine.reach({ ...engine.outside, limits: withSlots(settings).limits });
  const stage = await Stage.open({ io, show: options, root, ofMany: true });
  try {
    return await stage.watchAll(free.map(({ id }) => ({ run: id, begin: () => goOnWithOne(id) })));
  } finally {
    await stage.close();
  }

  async function goOnWithOne(id: string): Promise<Play | undefined> {
    // Somebody may have paused or cancelled it while those before it were begun.
    const row = (await store.run(id))!;
    if (row.endedAt !== null || isHeld(row, io)) return undefined;
    const playable = await playableOf(row, house, root, stage.load);
    return resumeRun({ engine, store, now: house.clock.now }, { row, playable });
  }
}

/** Does somebody hold it? Then it is left alone, and that is said. */
function isHeld(row: RunRow, io: Io): boolean {
  const held = heldBy(row);
  if (held) warnLines(io, heldLine(row, held));
  return held !== undefined;
}

interface ByName {
  readonly prefix: string;
  readonly answers: Answers;
  readonly options: Showing;
  /** Absent: nobody has said so, it follows from something else. */
  readonly by?: string;
}

/** Goes on with one run: where it is being played, when somebody has paused it there; else here. */
export async function goOnByName(
  io: Io,
  settings: Settings,
  { prefix, answers, options, by }: ByName,
): Promise<ExitCode> {
  return atStore(io, settings, {
    command: COMMAND,
    there: async (ask, owner) => {
      if (options.step) return refuseWithOrchestrator("Playing step by step", ask, owner);
      const resumed = await ask({
        op: "resume",
        run: prefix,
        ...answers,
        ...(by === undefined ? {} : { by }),
      });
      if (resumed?.result.goesOn.is !== "played") return undefined;
      sayPlayedElsewhere(io, { run: resumed.result.run, owner, options });
      return EXIT.ok;
    },
    here: async (house) => {
      const row = await findRun(house.store, prefix);
      return goOn(row, { house, root: settings.root, io, answers, options, by, isOneOfMany: false });
    },
  });
}

/** Says which process goes on with a run. */
export function sayPlayedElsewhere(
  io: Io,
  { run, owner, options }: { readonly run: string; readonly owner: Owner; readonly options: Showing },
): void {
  const { pid, command } = owner;
  if (options.json) io.write(`${JSON.stringify({ type: "run.elsewhere", run, pid, command })}\n`);
  else if (!options.quiet)
    writeLine(io, `${run} goes on in process ${pid ?? "unknown"}${command ? ` (${command})` : ""}`);
}

interface GoingOn {
  readonly house: House;
  readonly root: string;
  readonly io: Io;
  readonly answers: Answers;
  readonly options: Showing;
  readonly by?: string | undefined;
  readonly isOneOfMany: boolean;
}

/** One run. Among several, one that cannot go on does not keep the others from it. */
async function goOn(
  row: RunRow,
  { house, root, io, answers, options, by, isOneOfMany }: GoingOn,
): Promise<ExitCode> {
  const stage = await Stage.open({ io, show: options, root });
  try {
    if (row.endedAt !== null) throw new MaestroError("MR2008", { run: row.id, status: row.status });
    const playable = await playableOf(row, house, root, stage.load);
    const { engine, store, clock } = house;
    const given = { row, playable, answers, isStepped: options.step };
    const steering = steeringOf(io, options, { playable, store });
    const tools = { engine, store, now: clock.now };
    const done = { run: row.id, who: by, action: "resume", asked: answers, isFollowed: true } as const;
    return await stage.watch(() => audited(tools, done, resumeRun(tools, given)), steering);
  } catch (error) {
    if (!isOneOfMany) throw error;
    return printError(error, io);
  } finally {
    await stage.close();
  }
}

function toAnswers({ redo, give, fail }: Options, io: Io): Answers {
  return {
    ...(redo ? { redo } : {}),
    ...(fail ? { fail } : {}),
    ...(give ? { give: readOutputs(give, { option: "--give", cwd: io.cwd }) } : {}),
  };
}
