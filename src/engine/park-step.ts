import type { AttemptCall } from "./call.ts";
import { questionNumber } from "./core/budget.ts";
import { apply } from "./core/core.ts";
import type { Performed } from "./perform.ts";
import { type Performance, runningRow, toJsonText } from "./performance.ts";
import { playSteps } from "./play-step.ts";
import type { Told } from "./run-event.ts";
import { takeMoves } from "./take-moves.ts";

/**
 * An attempt had to stop at a budget. That is written down as an interruption, with the number of the question that is
 * asked about it: a restart asks, or has asked, the same. What was said to models until then is not said again.
 */
export async function parkStep(
  run: Performance,
  call: AttemptCall,
  { error, breach }: Extract<Performed, { error: unknown }>,
): Promise<void> {
  const { state } = run;
  const { step, attempt, cost } = call;
  const { key, node } = step;
  const info = { ...call.info, budget: { ...breach!, question: questionNumber(state) } };
  const durable = run.journal.recordStep({
    ...runningRow(state.id, call),
    status: "interrupted",
    error: toJsonText(error),
    info: toJsonText(info),
    endedAt: Math.max(run.clock.now(), call.startedAt),
  });
  apply(state, { is: "parked", key, attempt, breach: breach! });
  run.unwritten = durable;
  const parked = { step: key, kind: node.plan.kind, attempt, why: error.message } as const;
  const following: Told[] = [{ type: "step.parked", ...parked, ...(cost ? { cost } : {}) }];
  const next = run.collectTold(following, () => takeMoves(run));
  await durable;
  if (run.unwritten === durable) run.unwritten = undefined;
  run.tellAll(following);
  playSteps(run, next);
  if (run.ending || run.isStopping) run.wake();
}
