import { keysOf, type MovedRun, stateOf } from "./moved-run.ts";

/** MS5010: code that has changed after a run has played it. */
export function changedCode({ before, after, migration, isOtherCode, report }: MovedRun): void {
  for (const node of keysOf(after.plan.body)) {
    const [from, to] = [before.body.nodes[node], after.plan.body.nodes[node]!];
    if (from?.kind !== to.kind || stateOf(node, migration) === "ahead") continue;
    // What does not fit any more is played again, and told for that.
    const isMisfit = migration.misfits.some(({ key }) => key === node || key.startsWith(`${node}/`));
    if (!isMisfit && isOtherCode(node)) report({ code: "MS5010", facts: { node }, node });
  }
}
