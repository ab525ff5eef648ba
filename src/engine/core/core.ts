import { MaestroError } from "../../diagnostics/index.ts";
import { BUDGET_NAME, type Plan } from "../../plan/index.ts";
import { advance, beginNextItem, enter, settle, toStepError } from "./advance.ts";
import { afterFailure, afterInterruption } from "./after-failure.ts";
import { park } from "./budget.ts";
import { ABSENT } from "./evaluate.ts";
import type { Graph } from "./graph.ts";
import type { Verdict } from "./judge-failure.ts";
import { endStep, openPause } from "./reach-step.ts";
import { Scope } from "./scope.ts";
import {
  type Beginning,
  type Breach,
  type Move,
  newState,
  type Outcome,
  type RunState,
  type Step,
  type StepError,
} from "./state.ts";

/** What became of an attempt. */
export type StepEvent = { readonly key: string; readonly attempt: number } & (
  | { readonly is: "completed"; readonly value: unknown }
  /** `verdict`: what was decided about it, where that is written down with it. */
  | { readonly is: "failed"; readonly error: StepError; readonly at: number; readonly verdict?: Verdict }
  /** Its process ended while it was at work. */
  | {
      readonly is: "interrupted";
      readonly error: StepError;
      readonly at: number;
      readonly verdict?: Verdict | undefined;
    }
  /** A checkpoint was not decided in time, and leaves a gap. */
  | { readonly is: "skipped" }
  /** A wait or a checkpoint is written down, and waits until then: `Infinity` for ever. */
  | { readonly is: "opened"; readonly until: number }
  /** It stopped at a budget, and goes on when somebody has decided. */
  | { readonly is: "parked"; readonly breach: Breach }
);

/**
 * The state a run begins with; with a journal, the state it has come to.
 * Pure, as all of this folder: no I/O, no clock, no randomness.
 */
export function init(plan: Plan, graph: Graph, beginning: Beginning): RunState {
  const state = newState(plan, graph, beginning);
  if (state.given.size > 0)
    for (const node of graph.nodes)
      if (state.given.has(node.name)) settle(state.root, node, { value: state.given.get(node.name) });
  enter(state.root);
  advance(state);
  return state;
}

/**
 * Takes in what became of an attempt. False when it came too late: the step has settled, or another attempt has
 * begun since; then nothing has changed.
 */
export function apply(state: RunState, event: StepEvent): boolean {
  const step = state.steps.get(event.key);
  if (!step || step.attempt !== event.attempt) return false;
  // What the core computes, and what a person decides, is not under way.
  if (step.isBegun) state.inFlight--;
  step.isBegun = false;
  if (event.is === "completed") endStep(step, { value: event.value });
  else if (event.is === "skipped") endStep(step, undefined);
  else if (event.is === "parked") park(state, step, event.breach);
  else if (event.is === "opened") openPause(state, step, event.until);
  else if (event.is === "interrupted") afterInterruption(state, step, event);
  else {
    const { error, at, verdict } = event;
    step.attempt++;
    if (!step.rebuilding) step.failures++;
    afterFailure(state, step, error, { endedAt: at, ...(verdict ? { verdict } : {}) });
  }
  advance(state);
  return true;
}

/** Takes back a step that was given out and has not begun; it stays ready. */
export function handBack(state: RunState, step: Step): void {
  // A checkpoint whose time had come, and that was decided all the same.
  if (!step.isBegun) return;
  state.inFlight--;
  step.isBegun = false;
  // One that was not opened yet will be, and is then as any other.
  if (step.until !== undefined) step.isHeldBack = true;
  state.ready.push(step);
}

/**
 * The next thing to do, or `undefined` when there is nothing to do before `wakeAt` or the next event.
 * A step that is given out is under way from then on.
 */
export function nextMove(state: RunState, now: number): Move | undefined {
  state.now = now;
  for (;;) {
    const note = state.notes.shift();
    if (note) return { is: "note", note };
    if (state.failure && !beginHandling(state)) return undefined;
    const compute = nextCompute(state);
    if (compute) return { is: "compute", step: compute };
    dropDead(state);
    while (state.delayed.length > 0 && isDue(state.delayed[0]!, now)) {
      const { step } = state.delayed.shift()!;
      // The run that it plays is gone on with: from here on that one is under way.
      if (step.child !== undefined) state.open.delete(step.key);
      state.ready.push(step);
    }
    if (state.inFlight >= state.plan.concurrency) return undefined;
    const step = nextReady(state);
    if (step) return { is: "play", step };
    // What was begun is brought to its end first: then there is room for more.
    if (!beginNextItem(state)) return undefined;
  }
}

function nextCompute(state: RunState): Step | undefined {
  for (let step = state.computes.shift(); step; step = state.computes.shift())
    if (!step.scope.isDead()) return step;
  return undefined;
}

function nextReady(state: RunState): Step | undefined {
  for (let step = state.ready.shift(); step; step = state.ready.shift()) {
    if (step.scope.isDead()) {
      state.steps.delete(step.key);
      continue;
    }
    // Its time came while there was no room, and then it was decided.
    if (step.until !== undefined && state.steps.get(step.key) !== step) continue;
    state.inFlight++;
    step.isBegun = true;
    return step;
  }
  return undefined;
}

/** What is to be computed is given to somebody who takes time for it: it is under way, as a step that is played. */
export function beginCompute(state: RunState, step: Step): Step {
  state.inFlight++;
  step.isBegun = true;
  return step;
}

/**
 * The run has failed and nothing is under way any more: what the score says for that case begins. False when it says
 * nothing, or when that has failed as well.
 */
function beginHandling(state: RunState): boolean {
  const { handler } = state.root.graph;
  const { failure } = state;
  if (!handler || !failure || state.handling || state.inFlight > 0) return false;
  for (let step = state.ready.shift(); step; step = state.ready.shift()) {
    // What the store holds as open stays known: it ends with the run.
    if (step.until === undefined && step.child === undefined) state.steps.delete(step.key);
  }
  for (let step = state.computes.shift(); step; step = state.computes.shift()) state.steps.delete(step.key);
  state.delayed.length = 0;
  state.filling.clear();
  state.open.clear();
  const { message, code } = failure.error;
  const told = { message, ...(code === undefined ? {} : { code }), step: failure.step };
  const scope = new Scope(state, handler, undefined, { root: state.root, failure: told });
  state.handling = { scope, failure };
  state.failure = undefined;
  enter(scope);
  advance(state);
  return true;
}

/** Also when the clock has been set back since: better too early than hours late. */
function isDue({ at, since }: RunState["delayed"][number], now: number): boolean {
  return at <= now || now < since;
}

/** Attempts that wait in a map's item that was given up: nobody waits for them. */
function dropDead(state: RunState): void {
  if (!state.hasDeadDelayed) return;
  state.hasDeadDelayed = false;
  const alive = state.delayed.filter(({ step }) => !step.scope.isDead());
  for (const { step } of state.delayed) if (step.scope.isDead()) state.steps.delete(step.key);
  state.delayed.splice(0, state.delayed.length, ...alive);
}

/** When the next waiting attempt is due, in Unix milliseconds; `undefined` when none waits. */
export function wakeAt(state: RunState): number | undefined {
  if (state.failure) return undefined;
  const next = state.delayed[0]?.at;
  const { deadline } = state;
  if (deadline === undefined || state.handling) return next;
  return next === undefined ? deadline : Math.min(next, deadline);
}

/** The run has taken too long: it fails, whatever is under way. */
export function checkDeadline(state: RunState, now: number): void {
  if (state.deadline === undefined || now < state.deadline || state.failure || state.handling) return;
  const error = toStepError(new MaestroError("MR3025", { timeoutMs: state.plan.timeoutMs ?? 0 }));
  state.failure = { step: "", error };
}

/** How the run ended, or `undefined` while it goes on. */
export function outcome(state: RunState): Outcome | undefined {
  if (state.inFlight > 0 || state.notes.size > 0) return undefined;
  // What goes wrong while a failure is handled does not hide it.
  const failure = state.handling?.failure ?? state.failure;
  if (state.failure && (state.handling || !state.root.graph.handler)) return toFailed(failure!);
  if (state.failure || state.computes.size > 0 || state.ready.size > 0) return undefined;
  if (state.delayed.some(({ step }) => !state.open.has(step.key))) return undefined;
  if (state.asking.length > 0) return { is: "asking", steps: state.asking };
  const open = [...state.open.values()].filter(({ scope }) => !scope.isDead());
  if (open.length > 0) {
    const until = wakeAt(state);
    const inside = open.flatMap(({ asked = [] }) => asked);
    return {
      is: "waiting",
      steps: open.map(nameOf),
      ...(inside.length > 0 ? { inside } : {}),
      ...(until === undefined ? {} : { until }),
    };
  }
  if (failure) return toFailed(failure);
  if (state.root.left > 0) {
    const error = { message: "nothing is left that could move: the plan has nodes that wait for each other" };
    return { is: "failed", step: undefined, error };
  }
  const output = state.root.graph.output(state.root);
  if (output !== ABSENT) {
    const { gaps } = state;
    return { is: "completed", output: output ?? null, ...(gaps ? { gaps: gaps.toSorted() } : {}) };
  }
  const what = `the output of "${state.plan.score}"`;
  return { is: "failed", step: undefined, error: toStepError(new MaestroError("MR3010", { what })) };
}

/** As people call it: what is asked about an artifact is asked in its name. */
export function nameOf({ key, artifact, budget }: Step): string {
  return budget ? BUDGET_NAME : (artifact?.key ?? key);
}

function toFailed({ step, error }: NonNullable<RunState["failure"]>): Outcome {
  return { is: "failed", step: step === "" ? undefined : step, error };
}
