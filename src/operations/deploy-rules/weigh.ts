import type { Diagnostic } from "../../diagnostics/index.ts";

/** What counts whatever becomes of runs: it is about more than these, or not kept with them. */
const NOT_KEPT: ReadonlySet<string> = new Set(["MS4012", "MS4014", "MS5011", "MS5013"]);

/**
 * How much a finding counts. A run keeps the plan and the code that it began with: what would break it there only tells,
 * until it is to be moved.
 */
export function weigh(isMoving: boolean): (found: Diagnostic) => Diagnostic {
  return (found) => (isMoving || NOT_KEPT.has(found.code) ? found : { ...found, severity: "info" });
}
