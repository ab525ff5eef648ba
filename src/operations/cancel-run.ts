import type { Engine } from "../engine/index.ts";
import type { RunRow } from "../store/store.ts";

/** Who ends a run before its end, and why. */
export interface Cancelling {
  readonly row: Pick<RunRow, "id">;
  readonly by: string;
  readonly reason?: string | undefined;
  /** How long what is under way has to end by itself. */
  readonly graceMs?: number | undefined;
}

/**
 * Ends a run, and those that its steps play, for good, whether it is being played or not: no step of them is played any
 * more, and no checkpoint of them is open. What they did stays as it is. Resolves with their ids, the run's own first.
 * @throws MaestroError MR2008 when the run has ended
 */
export function cancelRun(
  { engine }: { readonly engine: Engine },
  { row, ...cancelling }: Cancelling,
): Promise<readonly string[]> {
  return engine.cancel(row.id, cancelling);
}
