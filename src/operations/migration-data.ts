import type { Misfit } from "./check-kept.ts";
import type { MigratedStep, Migration } from "./plan-migration.ts";

/** What a migration does, for programs. */
export interface MigrationData {
  readonly run: string;
  readonly score: string;
  /** Hashes of deployments. */
  readonly from: string;
  readonly to: string;
  readonly steps: readonly MigratedStep[];
  /** Names of nodes that the run's own code does not have. */
  readonly new: readonly string[];
  /** Why it cannot be done; empty when it can. */
  readonly problems: readonly { readonly path: string; readonly detail: string }[];
  /** Outputs that do not fit the other code, each for itself. */
  readonly misfits: readonly Pick<Misfit, "key" | "is" | "detail">[];
  /** The same of the runs that its open steps play. */
  readonly children: readonly MigrationData[];
}

export function toMigrationData({
  row,
  to,
  steps,
  fresh,
  problems,
  misfits,
  children,
}: Migration): MigrationData {
  return {
    run: row.id,
    score: row.score,
    from: row.deployment,
    to,
    steps,
    new: fresh,
    problems,
    misfits: misfits.map(({ key, is, detail }) => ({ key, is, detail })),
    children: children.map(toMigrationData),
  };
}
