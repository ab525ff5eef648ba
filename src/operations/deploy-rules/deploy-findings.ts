import type { Compilation } from "../../compile/index.ts";
import type { Finding } from "../../define/finding.ts";
import type { Playable } from "../../engine/index.ts";
import type { Plan } from "../../plan/index.ts";
import type { OrchestraChange } from "../deploy-changes.ts";
import type { LiveRun } from "../run-effects.ts";
import { checkMove, type Knowing } from "./check-move.ts";
import { Found } from "./found.ts";
import type { RunFinding } from "./moved-run.ts";
import { newerPlan } from "./newer-plan.ts";
import { orchestraRules } from "./orchestra-rules.ts";

/** One orchestra that a deploy changes, with its runs that have not ended. */
export interface LiveChange {
  readonly change: OrchestraChange;
  /** Does its schedule begin runs now? */
  readonly isEnabled: boolean;
  readonly live: readonly LiveRun[];
  /** The score that they would be moved to, where there is one. */
  readonly playable: Playable | undefined;
  /** The plan that it was deployed with. */
  readonly deployed: Plan | undefined;
}

interface Holding extends Knowing {
  readonly compilation: Compilation;
  readonly changes: readonly LiveChange[];
}

/**
 * MS50xx and MS4012: what a deploy means for what is under way. Each is told once for all runs that it is about. How much
 * it counts where runs stay as they are, is for `weigh` to say.
 */
export async function deployFindings(finding: Holding): Promise<Finding[]> {
  const { compilation, changes } = finding;
  const found = new Found(compilation);
  for (const change of changes) {
    for (const rule of [...orchestraRules, newerPlan]) rule(change, compilation, found.add);
    const { live, playable } = change;
    for (const { row, migration } of live) {
      const before = migration?.before;
      if (!migration || !before || !playable || before.score !== playable.plan.score) continue;
      const report = (one: RunFinding) => found.addFor(playable.plan.score, row.id, one);
      const from = row.deployment;
      await checkMove({ from, before, after: playable, migration, report }, finding);
    }
  }
  return found.all();
}
