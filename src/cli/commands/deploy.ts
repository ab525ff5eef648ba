import type { DeployDone } from "../../operations/apply-deploy.ts";
import { toColors } from "../../support/colors.ts";
import { compileDraft } from "../deploy/compile-draft.ts";
import { makePlan } from "../deploy/make-plan.ts";
import { toPlanData } from "../deploy/plan-data.ts";
import { planLines } from "../deploy/plan-lines.ts";
import { deployAt } from "../deploy/world.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings, workspaceOf } from "../load-workspace.ts";
import { whoIs } from "../who-is.ts";

interface Options {
  readonly yes?: boolean;
  readonly by?: string;
  readonly json?: boolean;
}

const COMMAND = "maestro deploy";

/** `maestro deploy`: shows what changes, asks, and does it: all of it, or nothing. */
export async function run(io: Io, _args: string[], options: Options): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const { draft } = await compileDraft(io, workspaceOf(io));
  const at = { io, settings, command: COMMAND };
  const plan = await makePlan(at, draft);
  const hasChanges = plan.orchestras.some(({ is }) => is !== "same");
  if (!options.json) for (const line of planLines(plan, toColors(io.hasColor))) io.write(`${line}\n`);
  const isAgreed = options.yes === true || (hasChanges && !options.json && (await agrees(io)));
  if (!hasChanges || isAgreed) {
    const by = whoIs(io, options.by);
    const done = hasChanges
      ? await deployAt(at, { draft, over: plan.over, by })
      : { created: 0, changed: 0, destroyed: 0 };
    if (options.json) io.write(`${JSON.stringify({ ...toPlanData(plan), done }, null, 2)}\n`);
    else if (hasChanges) io.write(`${toSentence(done)}\n`);
    return EXIT.ok;
  }
  if (options.json) io.write(`${JSON.stringify(toPlanData(plan), null, 2)}\n`);
  io.warn(`nothing was deployed; to do it: ${COMMAND} --yes`);
  return EXIT.usage;
}

/** Asks where somebody can answer. */
async function agrees(io: Io): Promise<boolean> {
  if (!io.isTerminal) return false;
  io.write("\ndeploy this? Type yes: ");
  for await (const line of io.lines()) return /^y(es)?$/i.test(line.trim());
  return false;
}

function toSentence({ created, changed, destroyed }: DeployDone): string {
  const parts = [
    [created, "created"],
    [changed, "changed"],
    [destroyed, "destroyed"],
  ] as const;
  return `deployed: ${parts.map(([count, what]) => `${count} ${what}`).join(", ")}`;
}
