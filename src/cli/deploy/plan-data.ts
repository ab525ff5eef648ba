import { toJsonDiagnostic } from "../../diagnostics/print/json.ts";
import type { CheckedPlan } from "./make-plan.ts";

/** A plan of changes as programs read it. */
export function toPlanData({ orchestras, findings, costs }: CheckedPlan) {
  return {
    hasChanges: orchestras.some(({ is }) => is !== "same"),
    findings: findings.map(toJsonDiagnostic),
    orchestras: orchestras.map(({ id, is, file, fields, deployment, overrides, instants, ...rest }) => ({
      id,
      is,
      ...(file === undefined ? {} : { file }),
      isEnabled: rest.isEnabled,
      isPaused: rest.isPaused,
      fields,
      deployment,
      instants: {
        before: instants.before.map(toIso),
        after: instants.after.map(toIso),
      },
      runs: rest.runs,
      // Absent where no model is asked.
      ...(costs.has(id) ? { forecast: costs.get(id) } : {}),
      secrets: rest.secrets.map(({ secret, source, problem }) => ({
        secret,
        source,
        isThere: problem === undefined,
        ...(problem === undefined ? {} : { problem }),
      })),
      overrides: overrides.map(({ field, value, who, why, at }) => ({
        field,
        value: JSON.parse(value) as unknown,
        who,
        why,
        at: toIso(at),
      })),
    })),
  };
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}
