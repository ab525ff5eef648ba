import { MaestroError } from "../../diagnostics/index.ts";
import { enter, note, settle, toStepError } from "./advance.ts";
import { failStep } from "./after-failure.ts";
import { ABSENT } from "./evaluate.ts";
import type { GraphNode } from "./graph.ts";
import { type LoopState, Scope } from "./scope.ts";
import type { Step, StepError } from "./state.ts";

type LoopPlan = Extract<GraphNode["plan"], { kind: "loop" }>;

/** Begins a loop with the state it was given. */
export function startLoop(scope: Scope, node: GraphNode, start: unknown): void {
  scope.activate(node.index);
  const loop: LoopState = { scope, node, key: scope.keyOf(node), turns: 0, isOver: false, dead: false };
  checkState(loop, start);
}

/** A state is looked at by the author's schema before anything reads it; that is no work of the core. */
function checkState(loop: LoopState, state: unknown): void {
  const { scope, node, key, turns } = loop;
  const begun = { attempt: turns + 1, failures: 0, isBegun: false };
  const step: Step = { key: `${key}/~state`, scope, node, input: state, ...begun, loop };
  scope.run.steps.set(step.key, step);
  scope.run.computes.push(step);
}

/** The state is as its schema says: the loop ends with it, or goes on. Never a recursion: each state comes by a queue. */
export function takeState(loop: LoopState, state: unknown): void {
  const { scope, node } = loop;
  if (scope.isDead()) return;
  const plan = node.plan as LoopPlan;
  const isLast = loop.turns >= plan.max;
  if (loop.isOver || (isLast && plan.onMax === "last")) {
    note(scope, node, { status: "completed", value: state, info: { turns: loop.turns } });
    return settle(scope, node, { value: state });
  }
  if (isLast) return failStep(scope, node, toStepError(new MaestroError("MR3024", { max: plan.max })));
  enter(new Scope(scope.run, node.body!, { owner: loop, index: loop.turns++, value: state }));
}

/** Every node of a turn has settled. */
export function endTurn(loop: LoopState, turn: Scope): void {
  if (turn.isDead()) return;
  turn.dead = true;
  const next = turn.graph.output(turn);
  const until = turn.graph.until!(turn);
  if (next === ABSENT || until === ABSENT) {
    const what = next === ABSENT ? "the next state" : "the end of the loop";
    return failTurn(loop, turn, toStepError(new MaestroError("MR3010", { what })));
  }
  loop.isOver = until;
  checkState(loop, next ?? null);
}

/** A step of the turn has failed for good, or its state is not one. */
export function failTurn(loop: LoopState, turn: Scope | undefined, error: StepError): void {
  loop.dead = true;
  const { scope, node } = loop;
  scope.run.hasDeadDelayed ||= scope.run.delayed.length > 0;
  const place = turn ? `turn ${turn.index}: ` : "";
  failStep(scope, node, { ...error, message: place + error.message });
}
