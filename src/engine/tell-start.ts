import type { Performance } from "./performance.ts";

/** That a run has begun or goes on, and what of it is not played because it was given. */
export function tellStart(run: Performance, resumed: boolean): void {
  const { given, plan } = run.state;
  const source = run.source ? { source: run.source.is } : {};
  run.tell({ type: "run.started", score: plan.score, resumed, ...source });
  for (const step of given.keys())
    run.tell({ type: "step.given", step, kind: plan.body.nodes[step]?.kind ?? "task" });
}
