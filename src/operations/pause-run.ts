import type { Engine } from "../engine/index.ts";
import type { RunRow } from "../store/store.ts";

/** Who holds a run, and why. */
export interface Pausing {
  readonly row: Pick<RunRow, "id">;
  readonly by: string;
  readonly reason?: string | undefined;
}

/**
 * Holds a run, whether it is being played or not, until it is resumed by name: no step of it, or of those it plays,
 * begins any more. Waits and checkpoints keep their instants. Resolves when that is durable, with the keys of the steps
 * that are under way: they go on to their end, and their results count.
 * @throws MaestroError MR2008 when the run has ended, MR2030 when another run plays it
 */
export function pauseRun(
  { engine }: { readonly engine: Engine },
  { row, ...who }: Pausing,
): Promise<readonly string[]> {
  return engine.pause(row.id, who);
}
