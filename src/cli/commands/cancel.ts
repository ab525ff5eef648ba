import { MaestroError } from "../../diagnostics/index.ts";
import type { ControlResults } from "../../services/perform-request.ts";
import { toColors } from "../../support/colors.ts";
import { toMs } from "../../support/duration.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { notMeant } from "../not-meant.ts";
import { UsageError } from "../usage-error.ts";
import { whoIs, whyIs } from "../who-is.ts";
import { warnLines, writeLine } from "../write-line.ts";
import { shown } from "./runs.ts";

interface Options {
  readonly reason?: string;
  readonly by?: string;
  readonly grace?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const COMMAND = "maestro cancel";

/** `maestro cancel <run>`: ends it for good. Nothing undoes that, so without `--yes` it only says what it would do. */
export async function run(io: Io, [prefix = ""]: string[], options: Options): Promise<ExitCode> {
  const { grace } = options;
  const reason = whyIs("--reason", options.reason);
  const graceMs = grace === undefined ? undefined : toMs(grace);
  if (grace !== undefined && graceMs === undefined)
    throw new UsageError(
      `--grace ${grace} is no length of time.`,
      'write it like 500ms, 10s or 2m: --grace "10s"',
    );
  const settings = await loadSettings(io);
  const detail = await askStore(io, settings, { command: COMMAND, request: { op: "show", run: prefix } });
  const { id, status, endedAt } = detail.run;
  if (endedAt !== null) throw new MaestroError("MR2008", { run: id, status });
  if (!options.yes) {
    warnLines(io, asked(detail, io));
    return notMeant(io, options.json, `${COMMAND} ${id}`);
  }
  const { cancelled } = await askStore(io, settings, {
    command: COMMAND,
    request: {
      op: "cancel",
      run: id,
      by: whoIs(io, options.by),
      ...(reason === undefined ? {} : { reason }),
      ...(graceMs === undefined ? {} : { graceMs }),
    },
  });
  if (options.json) io.write(`${JSON.stringify({ cancelled }, null, 2)}\n`);
  else for (const one of cancelled) writeLine(io, `${one} is cancelled`);
  return EXIT.ok;
}

function asked({ run, steps, isPlayed }: ControlResults["show"], io: Io): string {
  const done = steps.filter(({ status }) => status === "completed").length;
  const counted = `${done} ${done === 1 ? "step has" : "steps have"} completed`;
  const outer =
    run.parent === null ? "" : `\nIt is played by ${run.parent}: that step fails when its run goes on.`;
  return `${run.id} of ${run.score}, ${shown({ ...run, isPlayed }, toColors(io.hasColor))}: ${counted}. A cancelled run keeps what it did, and can never go on.${outer}
to cancel it: maestro cancel ${run.id} --yes`;
}
