import { openHouse } from "../../house.ts";
import { pauseRun } from "../../operations/pause-run.ts";
import { findRun } from "../../views/find-run.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { whoIs } from "../who-is.ts";
import { sayWaiting } from "./say-waiting.ts";

interface Options {
  readonly reason?: string;
  readonly by?: string;
  readonly json?: boolean;
}

/** `maestro pause <run>`: no step of it begins any more, until somebody resumes it by name. */
export async function run(io: Io, [prefix = ""]: string[], options: Options): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const onWaiting = sayWaiting(io, settings.file);
  const house = await openHouse({ ...settings, command: "maestro pause", onWaiting });
  try {
    const row = await findRun(house.store, prefix);
    const underWay = await pauseRun(house, { row, by: whoIs(io, options.by), reason: options.reason });
    if (options.json) io.write(`${JSON.stringify({ run: row.id, underWay }, null, 2)}\n`);
    else io.write(`${row.id} is paused; go on with: maestro resume ${row.id}\n`);
    return EXIT.ok;
  } finally {
    await house.close();
  }
}
