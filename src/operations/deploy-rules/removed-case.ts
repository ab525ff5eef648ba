import { casesOf } from "../../plan/index.ts";
import { keysOf, type MovedRun } from "./moved-run.ts";

/** MS5008: a case that a run has taken, and for which nothing is played any more. */
export function removedCase({ before, after, migration, report }: MovedRun): void {
  for (const node of keysOf(before.body)) {
    const [from, to] = [before.body.nodes[node]!, after.plan.body.nodes[node]];
    if (from.kind !== to?.kind || (from.kind !== "switchOn" && from.kind !== "branch")) continue;
    const output = migration.last.find(({ key, status }) => key === node && status === "completed")?.output;
    const taken: unknown = output == null ? undefined : JSON.parse(output);
    const has = (body: typeof before.body) => casesOf(body, node).named.some((one) => one === taken);
    if (has(before.body) && !has(after.plan.body))
      report({ code: "MS5008", facts: { node, value: JSON.stringify(taken) }, node });
  }
}
