import { askOwner } from "../../services/ask-owner.ts";
import type { HostStatus } from "../../services/orchestrator/host.ts";
import { toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { toVisible } from "../../support/to-visible.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadLastSettings } from "../load-last-settings.ts";
import { writeLine } from "../write-line.ts";

/** `maestro status`: is an orchestrator up, and what does it do? */
export async function run(
  io: Io,
  _args: string[],
  { json = false }: { readonly json?: boolean },
): Promise<ExitCode> {
  const { file } = await loadLastSettings(io);
  const status = (await askOwner(file, { op: "status" }))?.result;
  if (json) io.write(`${JSON.stringify(status ? { isUp: true, ...status } : { isUp: false }, null, 2)}\n`);
  else if (!status) io.write("no orchestrator is up; start one with: maestro start\n");
  else for (const line of toLines(status, Date.now(), io)) writeLine(io, line);
  return status ? EXIT.ok : EXIT.problems;
}

function* toLines(status: HostStatus, now: number, io: Io): Generator<string> {
  const c = toColors(io.hasColor);
  const { pid, version, startedAt, state, workspace, slots, queued, runs, stuck } = status;
  yield `${c.bold(state)}  process ${pid}, up for ${toReadable(now - startedAt)}, Maestro ${version}`;
  yield `  workspace  ${toVisible(workspace)}`;
  const most = slots.most === Number.MAX_SAFE_INTEGER ? "" : ` of ${slots.most}`;
  yield `  slots      ${slots.inUse}${most} in use, ${queued} ${queued === 1 ? "run waits" : "runs wait"}`;
  const counts = Object.entries(runs).map(([name, count]) => `${count} ${name}`);
  yield `  runs       ${counts.length > 0 ? counts.join(", ") : "every run has ended"}`;
  for (const { run, why } of stuck) yield `  ${c.red("stuck")}      ${run}: ${toVisible(why)}`;
}
