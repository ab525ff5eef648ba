import { type MovedRun, stateOf } from "./moved-run.ts";

/** MS5002: a node that has done something under another key than it has now. */
export function renamedNode({ migration, renames, report }: MovedRun): void {
  for (const [to, from] of renames)
    if (stateOf(from, migration) !== "ahead")
      report({ code: "MS5002", facts: { from, to }, path: ["nodes", to] });
}
