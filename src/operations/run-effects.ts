import type { Playable } from "../engine/index.ts";
import type { RunRow, RunStatus } from "../store/store.ts";
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

/** What becomes of each of `rows` when its score is that of `playable`. */
export async function runEffects(
  tools: Tools,
  rows: readonly RunRow[],
  playable: () => Promise<Playable>,
  hash: string,
): Promise<AffectedRun[]> {
  const effects: AffectedRun[] = [];
  for (const row of rows) {
    const { id, status } = row;
    if (row.deployment === hash) {
      effects.push({ id, status, effect: "same", why: [] });
      continue;
    }
    const migration = await planMigration(tools, { row, playable: await playable() });
    effects.push({ id, status, ...effectOf(migration) });
  }
  return effects;
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
