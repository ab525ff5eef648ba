import { MaestroError } from "../diagnostics/index.ts";
import { nearest } from "../support/nearest.ts";
import type { Needs, Ticket } from "./core/admission.ts";
import type { Step } from "./core/state.ts";
import { needsOf } from "./needs-of.ts";
import { toStepError } from "./perform.ts";
import { NOTED_AFTER_MS, type Performance, toJsonText } from "./performance.ts";
import { type Given, holdBack, playStep, record } from "./play-step.ts";

/**
 * Plays a step that shares something with others: it begins when all it needs is free, and whoever plays it gives that
 * back when the attempt is over. Never throws: a store that fails crashes the run.
 */
export async function playLimited(run: Performance, step: Step, given: Given): Promise<void> {
  try {
    const needs = needsOf(step.node, run.playable);
    const never = whyNever(run, needs);
    if (never) return await refuse(run, step, never);
    const { steps } = run.shared;
    const ticket = steps.ask(needs, { priority: run.priority, order: steps.asked });
    if (ticket.is === "waiting") await wait(run, step, ticket);
    if (ticket.is === "granted" && !step.scope.isDead())
      return await playStep(run, step, { ...given, holds: ticket });
    steps.giveBack(ticket);
    holdBack(run, step);
  } catch (error) {
    run.crash ??= { error };
    run.wake();
  }
}

/** Why it could wait for ever: the compiler says so of what it can see, a program may open other limits. */
function whyNever({ shared: { steps } }: Performance, needs: Needs): MaestroError | undefined {
  for (const [name, count] of needs) {
    const capacity = steps.capacityOf(name);
    // Tags need no limit.
    const isFree = !/^[A-Za-z]/.test(name);
    if (capacity === undefined && !isFree) {
      const known = [...steps.names].filter((other) => /^[A-Za-z]/.test(other));
      return new MaestroError("MR3065", { resource: name, known, guess: nearest(name, known) });
    }
    if (capacity !== undefined && count > capacity)
      return new MaestroError("MR3066", { resource: name, needed: count, capacity });
  }
  return undefined;
}

function refuse(run: Performance, step: Step, why: MaestroError): Promise<void> {
  const call = run.begin(step);
  run.finish(call);
  return record(run, call, { error: toStepError(why) });
}

/** Until it is granted, or the run takes no further step. Who waits longer is written down, for people who look. */
async function wait(run: Performance, step: Step, ticket: Ticket<number>): Promise<void> {
  const { journal, clock, shared } = run;
  const { key } = step;
  const waitsFor = () => shared.steps.shortagesOf(ticket);
  if (run.isHeard)
    run.tell({ type: "step.queued", step: key, kind: step.node.plan.kind, waitsFor: waitsFor() });
  const cancel = clock.after(NOTED_AFTER_MS, () => {
    const data = toJsonText({ waitsFor: waitsFor() });
    journal.appendEvent({ runId: run.state.id, at: clock.now(), type: "step.queued", step: key, data });
  });
  const leave = () => shared.steps.giveBack(ticket);
  run.waiting.add(leave);
  await new Promise<void>((resolve) => {
    ticket.onSettled = resolve;
  });
  run.waiting.delete(leave);
  cancel();
}
