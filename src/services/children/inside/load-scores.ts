import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { allScores } from "../../../define/all-scores.ts";
import type { ScoreRecord } from "../../../define/define-score.ts";
import { toPlan } from "../../../define/to-plan.ts";
import type { Code } from "../../../plan/index.ts";
import type { ScoreFacts } from "../protocol.ts";

/** Under this name bundled code finds the URL of its workspace's folder. */
const ROOT = Symbol.for("maestro.root");

/** The functions of a deployment's scores, and what the owner has to know of them; in the same order. */
export async function loadScores(
  codeFile: string,
): Promise<{ readonly codes: readonly Code[]; readonly facts: readonly ScoreFacts[] }> {
  const root = join(dirname(codeFile), "../../..");
  Object.assign(globalThis, { [ROOT]: pathToFileURL(join(root, "/")).href });
  const module = (await import(pathToFileURL(codeFile).href)) as { readonly default: ScoreRecord };
  const all = allScores(toPlan(module.default));
  const places = [...all.keys()];
  const compiled = [...all.values()];
  const facts = compiled.map(({ plan, code, scores }) => ({
    plan,
    scores: Object.fromEntries([...scores].map(([id, record]) => [id, places.indexOf(record)])),
    hasInput: code.checkInput !== undefined,
    tasks: code.tasks.map(({ checkOutput }) => checkOutput !== undefined),
    checks: code.checks.map((check) => check !== undefined),
    derives: code.derives.length,
    agents: code.agents.map(({ instructions, checkInput, checkOutput, tools }) => ({
      hasInstructions: instructions !== undefined,
      hasInput: checkInput !== undefined,
      hasOutput: checkOutput !== undefined,
      tools: tools.map(({ run: _run, checkInput: _checkInput, checkOutput, refusal, ...facts }) => ({
        ...facts,
        hasOutput: checkOutput !== undefined,
        hasRefusal: refusal !== undefined,
      })),
    })),
  }));
  return { codes: compiled.map(({ code }) => code), facts };
}
