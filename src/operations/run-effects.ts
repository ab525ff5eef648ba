import type { Playable } from "../engine/index.ts";
import type { RunRow, RunStatus, StepRow } from "../store/store.ts";
import { lastAttempts } from "./last-attempts.ts";
import { type Migration, planMigration, type RunKeeper } from "./plan-migration.ts";

/**
 * What new code means for a run that has not ended. It keeps the code that it has; this says what moving it would do.
 * `same`: it has that code. `compatible`: all that it holds is taken over. `needs mapping`: something of it would be made
 * again or lost. `must finish on the old one`: it cannot be moved.
 */
export type RunEffect = "same" | "compatible" | "needs mapping" | "must finish on the old one";

export interface AffectedRun {
  readonly id: string;
  readonly status: RunStatus;
  readonly effect: RunEffect;
  /** Of what is not taken over: step by step, why. */
  readonly why: readonly string[];
}

interface Tools {
  readonly store: RunKeeper;
  readonly now: () => number;
}

/** A run that has not ended, and what moving it would do. */
export interface LiveRun {
  readonly row: RunRow;
  /** The last attempt of each of its steps. */
  readonly last: readonly StepRow[];
  /** Absent where it has that code already, or there is nothing to move it to. */
  readonly migration: Migration | undefined;
}

/** Looks at each of `rows` as its score in another deployment would go on with it. */
export async function lookAtRuns(
  tools: Tools,
  rows: readonly RunRow[],
  to: { readonly hash: string; readonly playable: () => Promise<Playable> } | undefined,
): Promise<LiveRun[]> {
  const runs: LiveRun[] = [];
  for (const row of rows) {
    if (to && row.deployment !== to.hash) {
      const migration = await planMigration(tools, { row, playable: await to.playable() });
      runs.push({ row, last: migration.last, migration });
    } else {
      const last = [...lastAttempts(await tools.store.stepsOf(row.id)).values()];
      runs.push({ row, last, migration: undefined });
    }
  }
  return runs;
}

/** In a word, and why. */
export function toAffected({ row: { id, status }, migration }: LiveRun): AffectedRun {
  return migration ? { id, status, ...effectOf(migration) } : { id, status, effect: "same", why: [] };
}

function effectOf({ problems, steps }: Migration): Pick<AffectedRun, "effect" | "why"> {
  if (problems.length > 0)
    return {
      effect: "must finish on the old one",
      why: problems.map(({ path, detail }) => (path ? `${path}: ${detail}` : detail)),
    };
  const changed = steps.filter(({ becomes }) => becomes === "played again" || becomes === "lost");
  return {
    effect: changed.length > 0 ? "needs mapping" : "compatible",
    why: changed.map(({ key, becomes, why }) => `${key} would be ${becomes}${why ? `: ${why}` : ""}`),
  };
}
