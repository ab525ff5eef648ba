import { toColors } from "../../support/colors.ts";
import { compileDraft } from "../deploy/compile-draft.ts";
import { findingText } from "../deploy/finding-text.ts";
import { makePlan } from "../deploy/make-plan.ts";
import { toPlanData } from "../deploy/plan-data.ts";
import { planLines } from "../deploy/plan-lines.ts";
import { whyRefused } from "../deploy/why-refused.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings, workspaceOf } from "../load-workspace.ts";
import { writeLine } from "../write-line.ts";

interface Options {
  readonly migrate?: boolean;
  readonly json?: boolean;
  readonly exitCode?: boolean;
}

/** `maestro plan`: what a deploy would do. With `--exit-code` it exits 2 when that is something. */
export async function run(io: Io, _args: string[], options: Options): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const compiled = await compileDraft(io, workspaceOf(io));
  const isMoving = options.migrate === true;
  const plan = await makePlan({ io, settings, command: "maestro plan", isMoving }, compiled);
  const refusal = whyRefused(plan);
  if (options.json) io.write(`${JSON.stringify(toPlanData(plan), null, 2)}\n`);
  else
    for (const line of planLines(plan, toColors(io.hasColor), findingText(io, settings.root)))
      writeLine(io, line);
  if (refusal && options.json) return EXIT.problems;
  if (refusal) throw refusal;
  const hasChanges = plan.orchestras.some(({ is }) => is !== "same");
  return options.exitCode && hasChanges ? EXIT.usage : EXIT.ok;
}
