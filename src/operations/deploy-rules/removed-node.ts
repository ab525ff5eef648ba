import { nodeAt } from "../../plan/index.ts";
import { keysOf, type MovedRun, stateOf, toNodePath } from "./moved-run.ts";

/** MS5001: a node that has gone while a run waits in it, or has not come to it. */
export function removedNode({ before, after, migration, renames, report }: MovedRun): void {
  const { nodes } = after.plan.body;
  const renamed = new Set(renames.values());
  const gone = new Set(
    keysOf(before.body).filter(
      (node) => !Object.hasOwn(nodes, node) && !renamed.has(node) && stateOf(node, migration) !== "done",
    ),
  );
  // Inside of maps and loops what is open is known, and not what is still to come.
  for (const { key, status } of migration.last) {
    const [name = ""] = key.split("/", 1);
    if (status !== "running" || key === name || !Object.hasOwn(nodes, name)) continue;
    if (nodeAt(before, key) && !nodeAt(after.plan, key)) gone.add(toNodePath(key));
  }
  for (const node of gone) report({ code: "MS5001", facts: { node }, path: ["nodes"] });
}
