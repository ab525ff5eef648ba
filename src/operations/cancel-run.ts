import { MaestroError } from "../diagnostics/index.ts";
import type { Engine } from "../engine/index.ts";
import type { RunRow, Store } from "../store/store.ts";

/** Who ends a run before its end, and why. */
export interface Cancelling {
  readonly row: RunRow;
  readonly by: string;
  readonly reason?: string | undefined;
}

/**
 * Ends a run that is at rest, and those that its steps play, for good: no step of them is played any more, and no
 * checkpoint of them is open. What they did stays as it is. Resolves with their ids, the run's own first.
 * @throws MaestroError MR2008 when the run has ended, MR2011 when it is being played
 */
export async function cancelRun(
  { engine, store, now }: { readonly engine: Engine; readonly store: Store; readonly now: () => number },
  { row, by, reason }: Cancelling,
): Promise<readonly string[]> {
  if (row.endedAt !== null) throw new MaestroError("MR2008", { run: row.id, status: row.status });
  const runs = await withThoseItPlays(row, store);
  const played = runs.find(({ id }) => engine.isPlaying(id));
  if (played) throw new MaestroError("MR2011", { run: played.id });
  const why = JSON.stringify({ cancelled: reason ?? "no reason was given", by });
  const error = JSON.stringify({ message: "its run was cancelled" });
  // The run's own end first: without it, it would go on and find that another one of them has failed.
  for (const { id, createdAt } of runs) {
    const endedAt = Math.max(now(), createdAt);
    for (const step of await store.stepsOf(id)) {
      if (step.status !== "running") continue;
      store.noteStep({ ...step, status: "interrupted", error, endedAt: Math.max(endedAt, step.startedAt) });
    }
    await store.endRun({ id, status: "cancelled", output: null, error: null, reason: why, endedAt });
  }
  return runs.map(({ id }) => id);
}

async function withThoseItPlays(row: RunRow, store: Store): Promise<readonly RunRow[]> {
  const open = (await store.unfinishedRuns()).filter(({ parent }) => parent !== null);
  const runs = [row];
  // What is found is looked into as well, so this goes on while the list grows.
  for (const { id } of runs) runs.push(...open.filter(({ parent }) => parent!.startsWith(`${id}/`)));
  return runs;
}
