import type { DeployDone } from "../../operations/apply-deploy.ts";
import { toColors } from "../../support/colors.ts";
import { toVisible } from "../../support/to-visible.ts";
import { type CompiledDraft, compileDraft } from "../deploy/compile-draft.ts";
import { findingText } from "../deploy/finding-text.ts";
import { type CheckedPlan, makePlan } from "../deploy/make-plan.ts";
import { moveRuns, type RunsMoved } from "../deploy/move-runs.ts";
import { toPlanData } from "../deploy/plan-data.ts";
import { planLines } from "../deploy/plan-lines.ts";
import { whyRefused } from "../deploy/why-refused.ts";
import { deployAt } from "../deploy/world.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings, type Settings, workspaceOf } from "../load-workspace.ts";
import { whoIs } from "../who-is.ts";
import { warnLines, writeLine } from "../write-line.ts";

interface Options {
  readonly migrate?: boolean;
  readonly yes?: boolean;
  readonly by?: string;
  readonly json?: boolean;
}

const COMMAND = "maestro deploy";

/** `maestro deploy`: shows what changes, asks, and does it: all of it, or nothing. */
export async function run(io: Io, _args: string[], options: Options): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const compiled = await compileDraft(io, workspaceOf(io));
  const isMoving = options.migrate === true;
  const plan = await makePlan({ io, settings, command: COMMAND, isMoving }, compiled);
  const isIdle = plan.orchestras.every(({ is }) => is === "same") && !(isMoving && hasRunsToMove(plan));
  if (!options.json)
    for (const line of planLines(plan, toColors(io.hasColor), findingText(io, settings.root)))
      writeLine(io, line);
  const refusal = whyRefused(plan);
  const isAgreed =
    !refusal && (options.yes === true || (!isIdle && !options.json && (await agrees(io, options))));
  if (!refusal && (isIdle || isAgreed)) {
    const done = await act({ io, settings, by: whoIs(io, options.by) }, { plan, compiled, isMoving });
    if (options.json) io.write(`${JSON.stringify({ ...toPlanData(plan), ...done }, null, 2)}\n`);
    else if (!isIdle) for (const line of doneLines(done)) writeLine(io, line);
    return EXIT.ok;
  }
  if (options.json) io.write(`${JSON.stringify(toPlanData(plan), null, 2)}\n`);
  if (refusal && options.json) return EXIT.problems;
  if (refusal) throw refusal;
  warnLines(io, `nothing was deployed; to do it: ${COMMAND}${isMoving ? " --migrate" : ""} --yes`);
  return EXIT.usage;
}

function hasRunsToMove({ orchestras }: CheckedPlan): boolean {
  return orchestras.some(({ runs }) => runs.some(({ effect }) => effect !== "same"));
}

interface Acting {
  readonly io: Io;
  readonly settings: Settings;
  readonly by: string;
}

interface Act {
  readonly plan: CheckedPlan;
  readonly compiled: CompiledDraft;
  readonly isMoving: boolean;
}

interface Done extends Partial<RunsMoved> {
  readonly done: DeployDone;
}

async function act(acting: Acting, { plan, compiled: { draft }, isMoving }: Act): Promise<Done> {
  const at = { ...acting, command: COMMAND };
  const hasChanges = plan.orchestras.some(({ is }) => is !== "same");
  const done = hasChanges
    ? await deployAt(at, { draft, over: plan.over, by: acting.by })
    : { created: 0, changed: 0, destroyed: 0 };
  return isMoving ? { done, ...(await moveRuns(at, plan, draft)) } : { done };
}

/** Asks where somebody can answer. */
async function agrees(io: Io, { migrate }: Options): Promise<boolean> {
  if (!io.isTerminal) return false;
  io.write(`\ndeploy this${migrate ? ", and move runs" : ""}? Type yes: `);
  for await (const line of io.lines()) return /^y(es)?$/i.test(line.trim());
  return false;
}

function* doneLines({ done, moved = [], stayed = [] }: Done): Generator<string> {
  yield toSentence(done);
  if (moved.length > 0) yield `moved: ${moved.join(", ")}`;
  for (const { run, why } of stayed) yield `stays: ${run}: ${toVisible(why)}`;
}

function toSentence({ created, changed, destroyed }: DeployDone): string {
  const parts = [
    [created, "created"],
    [changed, "changed"],
    [destroyed, "destroyed"],
  ] as const;
  return `deployed: ${parts.map(([count, what]) => `${count} ${what}`).join(", ")}`;
}
