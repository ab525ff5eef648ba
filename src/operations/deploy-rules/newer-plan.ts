import type { Compilation } from "../../compile/index.ts";
import type { Finding } from "../../define/finding.ts";
import { PLAN_FORMAT } from "../../plan/index.ts";
import type { LiveChange } from "./deploy-findings.ts";

/** MS5013: something that a newer Maestro has deployed, or a run has been moved to. */
export function newerPlan(
  { deployed, live, change }: LiveChange,
  { orchestras }: Compilation,
  report: (finding: Finding) => void,
): void {
  const sites = orchestras.find(({ id }) => id === change.id)?.sites ?? [];
  for (const plan of [deployed, ...live.map(({ migration }) => migration?.before)]) {
    if (!plan || plan.format <= PLAN_FORMAT) continue;
    const facts = { score: plan.score, format: String(plan.format), known: "this version of Maestro" };
    report({ code: "MS5013", facts, sites, path: ["plays"], subject: change.id });
  }
}
