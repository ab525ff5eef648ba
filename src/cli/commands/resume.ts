import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { MaestroError } from "../../diagnostics/index.ts";
import type { Playable } from "../../engine/index.ts";
import { type House, openHouse } from "../../house.ts";
import { playableIn } from "../../operations/make-playable.ts";
import { type Answers, resumeRun } from "../../operations/resume-run.ts";
import type { RunRow, Store } from "../../store/store.ts";
import { findRun } from "../../views/find-run.ts";
import { heldBy } from "../../views/held-by.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { keepFile, loadCode } from "../load-code.ts";
import { loadSettings } from "../load-workspace.ts";
import { outsideOf } from "../outside-of.ts";
import { printError } from "../print-error.ts";
import { type Showing, Stage } from "../stage.ts";
import { UsageError } from "../usage-error.ts";
import { heldLine } from "./held-line.ts";
import { sayWaiting } from "./say-waiting.ts";

interface Options extends Showing {
  readonly redo?: readonly string[];
  readonly give?: readonly string[];
  readonly fail?: readonly string[];
}

/** `maestro resume [run]`: goes on with one run, or with every run that has not ended, one after the other. */
export async function run(io: Io, [prefix]: string[], options: Options): Promise<ExitCode> {
  const answers = toAnswers(options, io);
  if (prefix === undefined && Object.keys(answers).length > 0) {
    throw new UsageError(
      "--redo, --give and --fail are about one run: name it.",
      "maestro resume <run> --redo <step>",
    );
  }
  const settings = await loadSettings(io);
  const house = await openHouse({
    ...settings,
    command: "maestro resume",
    outside: outsideOf(io, settings),
    onWaiting: sayWaiting(io, settings.file),
  });
  try {
    const unfinished = prefix === undefined ? await outermostRuns(house.store) : [];
    if (prefix === undefined && unfinished.length === 0 && !options.json && !options.quiet)
      io.write("nothing to resume: every run has ended\n");
    const rows = prefix === undefined ? withoutHeld(unfinished, io) : [await findRun(house.store, prefix)];
    let worst: ExitCode = EXIT.ok;
    for (const row of rows) {
      const exitCode = await goOn(row, {
        house,
        root: settings.root,
        io,
        answers,
        options,
        isOneOfMany: prefix === undefined,
      });
      if (exitCode === EXIT.interrupted) return exitCode;
      worst = Math.max(worst, exitCode) as ExitCode;
    }
    return worst;
  } finally {
    await house.close();
  }
}

async function outermostRuns(store: Store): Promise<readonly RunRow[]> {
  return (await store.unfinishedRuns()).filter(({ parent }) => parent === null);
}

/** Those that nobody has paused: whoever has wants it to be named. */
function withoutHeld(rows: readonly RunRow[], io: Io): readonly RunRow[] {
  return rows.filter((row) => {
    const held = heldBy(row);
    if (held) io.warn(heldLine(row, held));
    return !held;
  });
}

interface GoingOn {
  readonly house: House;
  readonly root: string;
  readonly io: Io;
  readonly answers: Answers;
  readonly options: Options;
  readonly isOneOfMany: boolean;
}

/** One run. Among several, one that cannot go on does not keep the others from it. */
async function goOn(
  row: RunRow,
  { house, root, io, answers, options, isOneOfMany }: GoingOn,
): Promise<ExitCode> {
  const stage = await Stage.open({ io, show: options, root });
  try {
    if (row.endedAt !== null) throw new MaestroError("MR2008", { run: row.id, status: row.status });
    const playable = await playableOf(row, house, root);
    const { engine, store, clock } = house;
    const given = { row, playable, answers };
    return await stage.watch(() => resumeRun({ engine, store, now: clock.now }, given));
  } catch (error) {
    if (!isOneOfMany) throw error;
    return printError(error, io);
  } finally {
    stage.close();
  }
}

/** A run keeps the code it started with: the store has it. */
export async function playableOf(row: RunRow, { store }: House, root: string): Promise<Playable> {
  const kept = await store.deployment(row.deployment);
  if (!kept?.code) throw new MaestroError("MR2007", { run: row.id, deployment: row.deployment });
  const codeFile = join(root, ".maestro/cache/code", `${kept.hash}.mjs`);
  keepFile(codeFile, kept.code);
  const playable = await loadCode({ hash: kept.hash, plan: kept.plan, codeFile });
  // A run that is part of another one has that one's code.
  return playableIn(playable, row.score) ?? playable;
}

function toAnswers({ redo, give, fail }: Options, io: Io): Answers {
  return {
    ...(redo ? { redo } : {}),
    ...(fail ? { fail } : {}),
    ...(give ? { give: Object.fromEntries(give.map((word) => readOutput(word, io))) } : {}),
  };
}

/** `step=@file.json` or `step={"id":1}`. */
function readOutput(word: string, io: Io): [string, unknown] {
  const equals = word.indexOf("=");
  if (equals < 1) throw new UsageError(`--give ${word} is not step=@file.json.`);
  const [step, text] = [word.slice(0, equals), word.slice(equals + 1)];
  try {
    return [
      step,
      JSON.parse(text.startsWith("@") ? readFileSync(resolve(io.cwd, text.slice(1)), "utf8") : text),
    ];
  } catch (error) {
    throw new UsageError(`The output for "${step}" cannot be read: ${(error as Error).message}.`);
  }
}
