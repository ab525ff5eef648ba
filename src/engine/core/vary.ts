import { ABSENT } from "./evaluate.ts";
import type { Step } from "./state.ts";

/**
 * Changes the input of a step that has failed for its next attempt, as its `retry.vary` says: by the number of its
 * failures alone, so that a resumed run tries the same.
 */
export function vary(step: Step): void {
  const { node, scope, failures } = step;
  const varied = node.vary?.[Math.min(failures, node.vary.length) - 1]?.(scope);
  if (varied === undefined || varied === ABSENT) return;
  const input = node.value!(scope);
  step.varied = varied;
  step.input = isRecord(input) && isRecord(varied) ? { ...input, ...varied } : varied;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
