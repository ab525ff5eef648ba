import { MaestroError } from "../../diagnostics/index.ts";
import { openHouse } from "../../house.ts";
import { cancelRun } from "../../operations/cancel-run.ts";
import type { RunRow, Store } from "../../store/store.ts";
import { toColors } from "../../support/colors.ts";
import { findRun } from "../../views/find-run.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { whoIs } from "../who-is.ts";
import { shown } from "./runs.ts";
import { sayWaiting } from "./say-waiting.ts";

interface Options {
  readonly reason?: string;
  readonly by?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `maestro cancel <run>`: ends it for good. Nothing undoes that, so without `--yes` it only says what it would do. */
export async function run(io: Io, [prefix = ""]: string[], options: Options): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const onWaiting = sayWaiting(io, settings.file);
  const house = await openHouse({ ...settings, command: "maestro cancel", onWaiting });
  try {
    const { engine, store, clock } = house;
    const row = await findRun(store, prefix);
    if (row.endedAt !== null) throw new MaestroError("MR2008", { run: row.id, status: row.status });
    if (!options.yes) {
      io.warn(await asked(row, store, io));
      return EXIT.usage;
    }
    const by = whoIs(io, options.by);
    const tools = { engine, store, now: clock.now };
    const cancelled = await cancelRun(tools, { row, by, reason: options.reason });
    if (options.json) io.write(`${JSON.stringify({ cancelled }, null, 2)}\n`);
    else for (const id of cancelled) io.write(`${id} is cancelled\n`);
    return EXIT.ok;
  } finally {
    await house.close();
  }
}

async function asked(row: RunRow, store: Store, io: Io): Promise<string> {
  const done = (await store.stepsOf(row.id)).filter(({ status }) => status === "completed").length;
  const steps = `${done} ${done === 1 ? "step has" : "steps have"} completed`;
  const outer =
    row.parent === null ? "" : `\nIt is played by ${row.parent}: that step fails when its run goes on.`;
  return `${row.id} of ${row.score}, ${shown(row, toColors(io.hasColor))}: ${steps}. A cancelled run keeps what it did, and can never go on.${outer}
to cancel it: maestro cancel ${row.id} --yes`;
}
