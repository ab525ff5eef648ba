import { note, settle } from "./advance.ts";
import type { GraphNode } from "./graph.ts";
import type { Scope } from "./scope.ts";
import type { Step } from "./state.ts";

/**
 * A branch or a switch takes the case that its value names, unless a person has said another. Where a run is played step
 * by step it waits to be let go on, and can be told otherwise until then; one that went on already does not wait again.
 */
export function takeCase(scope: Scope, node: GraphNode, value: unknown): void {
  const { run } = scope;
  // Nearly every run begins without a past.
  const past = run.past.size === 0 || node.hidden ? undefined : run.past.get(scope.keyOf(node));
  const said = past?.findLast(({ isOverridden }) => isOverridden);
  if (said) return settle(scope, node, { value: said.value });
  if (run.isStepped && !past && !node.hidden) {
    scope.activate(node.index);
    const key = scope.keyOf(node);
    const step: Step = { key, scope, node, input: value ?? null, attempt: 1, failures: 0, isBegun: false };
    run.steps.set(key, step);
    run.ready.push(step);
    return;
  }
  note(scope, node, { status: "completed", value: value ?? null });
  settle(scope, node, { value });
}
