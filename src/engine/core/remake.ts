import { ABSENT } from "./evaluate.ts";
import type { GraphNode } from "./graph.ts";
import { beginStep } from "./reach-step.ts";
import type { Refusal, Round, Scope } from "./scope.ts";
import type { PastAttempt, Step } from "./state.ts";

/** Has the value of an artifact made anew. False when there is nothing that could be played again. */
export function remake(
  scope: Scope,
  artifact: GraphNode,
  { isEscalated, refused }: { readonly isEscalated: boolean; readonly refused: Refusal },
): boolean {
  const { makers, between } = artifact.remakes!;
  const { nodes } = scope.graph;
  // What was skipped has made nothing of it, what is under way is not to be begun twice, and what was given stays.
  const again = makers.filter((index) => scope.isDone(index) && !isGiven(scope, nodes[index]!));
  if (again.length === 0) return false;
  const before = scope.roundOf(artifact.index);
  const round = { round: before.round + 1, escalation: before.escalation + Number(isEscalated), refused };
  scope.beginRound(artifact.index, round);
  const reopened = new Set(again);
  for (const index of between) {
    const reads = nodes[index]!.sources.some((source) => reopened.has(source));
    if (reads && scope.isSettled(index)) reopened.add(index);
  }
  for (const index of reopened) scope.reopen(nodes[index]!);
  scope.waitAgain(artifact.index);
  for (const index of again) playAgain(scope, nodes[index]!, round);
  return true;
}

function isGiven(scope: Scope, node: GraphNode): boolean {
  return scope.run.given.has(scope.keyOf(node));
}

function playAgain(scope: Scope, node: GraphNode, again: Round): void {
  scope.activate(node.index);
  // It was played once, and what it reads has settled for good.
  const input = node.value!(scope);
  if (input === ABSENT) throw new Error(`"${node.name}" is played again and has no input`);
  const key = scope.keyOf(node);
  const attempt = scope.nextAttemptOf(node.index);
  const step: Step = { key, scope, node, input, attempt, failures: 0, isBegun: false, again };
  beginStep(scope.run, step);
}

/** What the journal holds of this one value: every attempt says which value it was for, unless it was the first. */
export function pastOfRound(past: readonly PastAttempt[], { again }: Step): readonly PastAttempt[] {
  const round = again?.round ?? 1;
  return past.filter((attempt) => (attempt.round ?? 1) === round);
}
