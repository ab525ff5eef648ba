import { nodeAt, type PlanNode } from "../../plan/index.ts";
import { type MovedRun, toNodePath } from "./moved-run.ts";

/** MS5004: an output that was right when it was made, and does not fit the schema as it is now. */
export function narrowedOutput({ after, migration, report }: MovedRun): void {
  const seen = new Set<string>();
  for (const { key, is, detail } of migration.misfits) {
    const to = nodeAt(after.plan, key);
    const row = migration.last.find((one) => one.key === key);
    const node = toNodePath(key);
    if (is !== "changed" || !to || to.kind !== row?.kind || seen.has(node)) continue;
    seen.add(node);
    report({
      code: "MS5004",
      facts: { node, detail: detail.replace(/\.$/, "") },
      node,
      path: [optionOf(to)],
    });
  }
}

/** The option that is the schema of what a node gives. */
function optionOf({ kind }: PlanNode): string {
  if (kind === "http") return "response";
  if (kind === "artifact") return "schema";
  return kind === "checkpoint" ? "decision" : "output";
}
