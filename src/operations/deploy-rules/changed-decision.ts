import { compareSchemas } from "../../compile/diff/compare-schemas.ts";
import { nodeAt } from "../../plan/index.ts";
import { type MovedRun, toNodePath } from "./moved-run.ts";

/** MS5006: a form that has changed while somebody may be filling it in. */
export function changedDecision({ before, after, migration, report }: MovedRun): void {
  const seen = new Set<string>();
  for (const { key, status } of migration.last) {
    const [from, to] = [nodeAt(before, key), nodeAt(after.plan, key)];
    const node = toNodePath(key);
    if (status !== "running" || from?.kind !== "checkpoint" || to?.kind !== "checkpoint" || seen.has(node))
      continue;
    seen.add(node);
    if (
      compareSchemas(from.decision ?? {}, to.decision ?? {}, "decision").some(({ words }) => !isRemark(words))
    )
      report({ code: "MS5006", facts: { node }, node, path: ["decision"] });
  }
}

function isRemark(words: string): boolean {
  return words === "description changed";
}
