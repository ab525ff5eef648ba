import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { openHouse } from "../../house.ts";
import { recordRun } from "../../operations/record-run.ts";
import type { Plan } from "../../plan/index.ts";
import { findRun } from "../../views/find-run.ts";
import { CASSETTES, redactorFor, writeCassette } from "../cassettes.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { UsageError } from "../usage-error.ts";
import { writeLine } from "../write-line.ts";
import { sayWaiting } from "./say-waiting.ts";

interface Options {
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `maestro record <run>`: writes what a run asked and was told to a file, from which it can be played again. */
export async function run(io: Io, [prefix = ""]: string[], options: Options): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const { root, file } = settings;
  const house = await openHouse({ ...settings, command: "maestro record", onWaiting: sayWaiting(io, file) });
  try {
    const row = await findRun(house.store, prefix);
    const path =
      options.out === undefined ? `${CASSETTES}/${row.score}.json` : fromRoot(io, root, options.out);
    if (existsSync(resolve(root, path)) && !options.force)
      throw new UsageError(`${path} is there already.`, "--force to write over it, or --out <file>");
    const deployment = await house.store.deployment(row.deployment);
    const plan = JSON.parse(deployment!.plan) as Plan;
    const cassette = await recordRun(house.store, row, redactorFor(io, plan, settings));
    writeCassette(root, path, cassette);
    const count = cassette.calls.length;
    if (options.json) io.write(`${JSON.stringify({ file: path, run: row.id, calls: count }, null, 2)}\n`);
    else {
      writeLine(io, `wrote ${path}: ${count} ${count === 1 ? "call" : "calls"} of ${row.id}`);
      io.write("read it before you commit it, then play it with: maestro test\n");
    }
    return EXIT.ok;
  } finally {
    await house.close();
  }
}

function fromRoot(io: Io, root: string, path: string): string {
  return relative(root, resolve(io.cwd, path)).replaceAll("\\", "/");
}
