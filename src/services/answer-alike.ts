import { MaestroError } from "../diagnostics/index.ts";
import type { Playable } from "../engine/index.ts";
import { decideCheckpoint } from "../operations/decide-checkpoint.ts";
import type { RunRow, StepRow } from "../store/store.ts";
import { allOpenCheckpoints } from "../views/open-checkpoints.ts";
import type { Owned } from "./perform-request.ts";

interface Raised {
  readonly scope: string;
  /** The question that was answered. */
  readonly step: StepRow;
  readonly playable: Playable;
  readonly by: string;
}

/**
 * Other runs may wait for the budget that somebody has just raised: a run that plays others has a question in each of them.
 * They are told to try again. Gives the runs that were.
 */
export async function answerAlike(
  { engine, store, clock }: Pick<Owned, "engine" | "store" | "clock">,
  { scope, step, playable, by }: Raised,
): Promise<RunRow[]> {
  const tools = { engine, store, now: clock.now };
  const answered: RunRow[] = [];
  for (const { step: other, show } of await allOpenCheckpoints(store)) {
    const isAlike = other.runId !== step.runId && (Object(show) as { scope?: unknown }).scope === scope;
    const row = isAlike ? await store.run(other.runId) : undefined;
    if (!row) continue;
    try {
      await decideCheckpoint(tools, { row, playable, step: other, value: { again: true }, by });
      answered.push(row);
    } catch (error) {
      // Somebody has answered it, or is ending the run.
      if (!(error instanceof MaestroError)) throw error;
    }
  }
  return answered;
}
