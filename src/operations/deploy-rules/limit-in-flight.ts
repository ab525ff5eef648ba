import type { Compilation } from "../../compile/index.ts";
import type { Finding } from "../../define/finding.ts";
import type { LiveChange } from "./deploy-findings.ts";

/** What is read from the orchestra as it was deployed last, whatever a run began with. */
const LIMITS: readonly string[] = ["concurrency", "budget.perRunUsd", "budget.perDayUsd"];

/** MS5012: a limit that changes under runs that have begun. */
export function limitInFlight(
  { change: { id, is, fields }, live }: LiveChange,
  { orchestras }: Compilation,
  report: (finding: Finding) => void,
): void {
  if (is !== "change" || live.length === 0) return;
  const sites = orchestras.find((one) => one.id === id)?.sites ?? [];
  const runs = live.map(({ row }) => row.id);
  for (const { path: option, from, to } of fields) {
    if (!LIMITS.includes(option)) continue;
    const facts = { orchestra: id, option, from, to, runs };
    report({ code: "MS5012", facts, sites, path: option.split("."), subject: id });
  }
}
