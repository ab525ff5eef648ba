import type { Compilation } from "../../compile/index.ts";
import type { Finding } from "../../define/finding.ts";
import type { LiveChange } from "./deploy-findings.ts";

/** MS5011: an orchestra that is enabled, and whose score is deleted or has another id. */
export function scoreGone(
  { change: { id, is, before, after }, isEnabled, live }: LiveChange,
  { scores, orchestras }: Compilation,
  report: (finding: Finding) => void,
): void {
  if (!before || !isEnabled || (is !== "destroy" && is !== "replace")) return;
  if (scores.some((score) => score.id === before.score)) return;
  const sites = orchestras.find((one) => one.id === id)?.sites ?? [];
  const runs = live.map(({ row }) => row.id);
  const facts = { orchestra: id, score: before.score, to: after?.score, runs };
  report({ code: "MS5011", facts, sites, path: ["plays"], subject: id });
}
