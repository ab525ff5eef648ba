import { type ShownBudget, toBudgetDecision, toBudgetKey } from "../../plan/index.ts";
import { toUsd } from "../../support/money.ts";
import { BUDGET_NODE } from "./graph.ts";
import { beginStep } from "./reach-step.ts";
import type { Breach, PastAttempt, Purses, RunState, Step } from "./state.ts";

/** The number of the question that a step which stops at a budget now waits for. */
export function questionNumber({ purses }: RunState): number {
  if (!purses) return 0;
  return purses.question ? purses.asked - 1 : purses.asked;
}

/** A step has stopped at a budget: it goes on when a person has decided. All that stop meanwhile wait for one question. */
export function park(state: RunState, step: Step, breach: Breach): void {
  step.attempt++;
  wait(state, step, { ...breach, question: questionNumber(state) });
}

/** The last that is known of a step is that it had to stop at a budget. What was decided since counts. */
export function parkAgain(state: RunState, step: Step, breach: NonNullable<PastAttempt["breach"]>): void {
  const decided = state.past.get(toBudgetKey(breach.question))?.at(-1);
  if (decided?.status !== "completed") return wait(state, step, breach);
  pursesOf(state).asked = Math.max(pursesOf(state).asked, breach.question + 1);
  goOn(state, step, { breach, value: decided.value });
}

function wait(state: RunState, step: Step, breach: NonNullable<PastAttempt["breach"]>): void {
  const purses = pursesOf(state);
  purses.waiting.push(step);
  if (purses.question) return;
  purses.asked = Math.max(purses.asked, breach.question + 1);
  const key = toBudgetKey(breach.question);
  const begun = { attempt: 1, failures: 0, isBegun: false };
  const input = { title: toTitle(breach), show: toShown(breach), until: breach.until };
  purses.question = { key, scope: state.root, node: BUDGET_NODE, input, ...begun, budget: breach };
  beginStep(state, purses.question);
}

/** A person has decided, or the budget's time is over: the steps that wait go on, or are told that they may not. */
export function takeBudgetDecision(state: RunState, { budget }: Step, value: unknown): void {
  const purses = pursesOf(state);
  purses.question = undefined;
  for (const step of purses.waiting.splice(0)) {
    if (step.scope.isDead()) state.steps.delete(step.key);
    else goOn(state, step, { breach: budget!, value });
  }
}

function goOn(
  state: RunState,
  step: Step,
  { breach, value }: { readonly breach: Breach; readonly value: unknown },
): void {
  if (toBudgetDecision(value).is === "stop") {
    const { what, budget, spent } = breach;
    const { note } = Object(value) as { readonly note?: string };
    step.refused = { what, budget, spent, note };
  }
  state.ready.push(step);
}

function pursesOf(state: RunState): Purses {
  state.purses ??= { asked: 0, question: undefined, waiting: [] };
  return state.purses;
}

function toTitle({ what, budget, spent, bound }: Breach): string {
  return `Raise the budget? ${toUsd(spent)} of the ${toUsd(budget)} for ${what} is spent, and the next call may cost ${toUsd(bound)}.`;
}

function toShown({ scope, what, budget, spent, bound, model }: Breach): ShownBudget {
  const [limitUsd, spentUsd, callMayCostUsd] = [budget / 1e6, spent / 1e6, bound / 1e6];
  return { scope, what, limitUsd, spentUsd, callMayCostUsd, model };
}
