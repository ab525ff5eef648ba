import type { Compilation } from "../../compile/index.ts";
import type { Finding } from "../../define/finding.ts";
import { type Body, type Plan, secretsOf } from "../../plan/index.ts";
import type { LiveRun } from "../run-effects.ts";
import type { LiveChange } from "./deploy-findings.ts";
import { stateOf } from "./moved-run.ts";

/** MS4012: a binding that is taken away while a run has not opened what it needs of it. */
export function secretStillNeeded(
  { change: { id, before, after }, live, deployed }: LiveChange,
  { orchestras }: Compilation,
  report: (finding: Finding) => void,
): void {
  // What is destroyed keeps its last definition.
  if (!before || !after) return;
  const sites = orchestras.find((one) => one.id === id)?.sites ?? [];
  for (const secret of Object.keys(before.secrets ?? {})) {
    if (Object.hasOwn(after.secrets ?? {}, secret)) continue;
    const runs = live.filter((run) => needs(run, deployed, secret)).map(({ row }) => row.id);
    if (runs.length === 0) continue;
    const facts = { orchestra: id, secret, score: before.score, runs };
    report({ code: "MS4012", facts, sites, path: ["secrets"], subject: id });
  }
}

/** Is there a node that opens it, and has not been played? Of scores that are played inside nothing is known. */
function needs({ row, last, migration }: LiveRun, deployed: Plan | undefined, secret: string): boolean {
  const plan = migration?.before ?? deployed;
  if (plan?.score !== row.score) return false;
  const open = Object.entries(plan.body.nodes).filter(([name]) => stateOf(name, { last }) !== "done");
  const body: Body = { ...plan.body, nodes: Object.fromEntries(open) };
  return secretsOf({ ...plan, body }).has(secret);
}
