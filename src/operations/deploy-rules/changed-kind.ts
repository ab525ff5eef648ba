import { HIDDEN, nodeAt } from "../../plan/index.ts";
import { type MovedRun, toNodePath } from "./moved-run.ts";

/** MS5003: a node that has come to be of another kind after a run has come to it. */
export function changedKind({ before, after, migration, report }: MovedRun): void {
  const seen = new Set<string>();
  for (const { key } of migration.last) {
    const node = toNodePath(key);
    if (key.includes(HIDDEN) || seen.has(node)) continue;
    seen.add(node);
    const [from, to] = [nodeAt(before, key)?.kind, nodeAt(after.plan, key)?.kind];
    if (from && to && from !== to) report({ code: "MS5003", facts: { node, from, to }, node });
  }
}
