import { MaestroError } from "../../diagnostics/index.ts";
import { askOwner } from "../../services/ask-owner.ts";
import { toColors } from "../../support/colors.ts";
import type { ExitCode, Io } from "../io.ts";
import { knownSecrets } from "../known-secrets.ts";
import { loadSettings, type Settings } from "../load-workspace.ts";
import { logFolderOf } from "../logs/log-folder.ts";
import { Hiding } from "../orchestrator/hide-secrets.ts";
import { orchestrate } from "../orchestrator/orchestrate.ts";
import { toLogText } from "../orchestrator/to-log-text.ts";
import { examine, machineOf } from "./doctor.ts";

interface Options {
  readonly json?: boolean;
}

/** `maestro start`: plays whatever is asked for or due, until it is told to end. */
export async function run(io: Io, _args: string[], options: Options): Promise<ExitCode> {
  const settings = await loadSettings(io);
  await refuseSecond(settings);
  await preflight(io);
  return stayUp({ ...io, home: settings.root }, settings, options);
}

/** Is the orchestrator, after `preflight`. */
export async function stayUp(io: Io, settings: Settings, { json = false }: Options): Promise<ExitCode> {
  // Loaded by those who keep a log: it costs a start 20 ms.
  const { openLog } = await import("../../services/orchestrator/open-log.ts");
  const colors = toColors(io.hasColor);
  const hiding = new Hiding();
  hiding.add(knownSecrets(io, settings));
  const log = await openLog({
    folder: logFolderOf(settings.root),
    write: (line) => io.write(io.isTerminal && !json ? toLogText(line, colors) : line),
    redact: (line) => hiding.text(line),
  });
  try {
    return await orchestrate({ io, settings, log, hiding });
  } finally {
    await log.close();
  }
}

/** Before anything is looked at: whoever starts it twice hears only that. */
async function refuseSecond({ file }: Settings): Promise<void> {
  const answer = await askOwner(file, { op: "status" });
  if (answer?.result) throw new MaestroError("MR2073", { file, pid: answer.result.pid });
}

/** Everything that `maestro doctor` looks at. @throws MaestroError MR1018 with all that is missing */
export async function preflight(io: Io): Promise<void> {
  const checks = await examine(machineOf(io));
  const missing = checks.filter(({ status }) => status === "missing");
  if (missing.length === 0) return;
  throw new MaestroError("MR1018", {
    problems: missing.map(({ name, found }) => `${name}: ${found.replace(/\.$/, "")}`),
  });
}
