import type { Performance } from "./performance.ts";

/** What is not played is told as well. */
export function tellGiven(run: Performance): void {
  const { given, plan } = run.state;
  for (const step of given.keys())
    run.tell({ type: "step.given", step, kind: plan.body.nodes[step]?.kind ?? "task" });
}
