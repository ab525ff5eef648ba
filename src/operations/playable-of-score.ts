import type { ScoreRecord } from "../define/define-score.ts";
import { toPlan } from "../define/to-plan.ts";
import { diagnose } from "../diagnostics/index.ts";
import type { Playable } from "../engine/index.ts";
import { type Code, toDeploymentHash } from "../plan/index.ts";
import { makePlayable } from "./make-playable.ts";

/**
 * A score as a program has it, made ready to be played.
 * @throws TypeError when it has errors that `maestro validate` would show
 */
export function playableOfScore(score: ScoreRecord): Playable {
  const compiled = toPlan(score);
  const { plan, findings } = compiled;
  const wrong = findings
    .map(({ code: is, facts }) => diagnose(is, facts as never, {}))
    .find(({ severity }) => severity === "error");
  if (wrong) throw new TypeError(`score "${plan.score}": ${wrong.message} (${wrong.code})`);
  return makePlayable(compiled, (codes) => toDeploymentHash(plan, codes.map(sourceOf).join("\n")));
}

/** The functions' text: a run is resumed by the code it started with, or not at all. */
function sourceOf({ tasks, derives, agents }: Code): string {
  const instructions = agents.map((agent) => agent.instructions);
  return [...tasks.map(({ run }) => run), ...derives, ...instructions].map(String).join("\n");
}
