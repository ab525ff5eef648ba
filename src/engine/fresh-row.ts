import { MaestroError } from "../diagnostics/index.ts";
import type { RunRow, Store } from "../store/store.ts";

/**
 * The row of a run that somebody goes on with, as it is now: it may have ended, or been moved to other code, since they
 * looked.
 * @throws MaestroError MR2008 when the run has ended, MR2027 when it has other code
 */
export async function freshRow(store: Pick<Store, "run">, row: RunRow): Promise<RunRow> {
  const { id } = row;
  const now = (await store.run(id)) ?? row;
  if (now.endedAt !== null) throw new MaestroError("MR2008", { run: id, status: now.status });
  if (now.deployment === row.deployment) return now;
  throw new MaestroError("MR2027", { run: id, deployment: now.deployment });
}
