import { MaestroError } from "../diagnostics/index.ts";
import type { RunRow, Store } from "../store/store.ts";

/**
 * The run whose id begins with `prefix`; the part before the digits, `run_`, may be left out.
 * @throws MaestroError MR2003 when there is none, MR2004 when there are several
 */
export async function findRun(store: Store, prefix: string): Promise<RunRow> {
  // Of one that was never said, as by a variable of a script that is not set, the only run would be meant.
  if (prefix === "") throw new MaestroError("MR2003", { run: prefix });
  const full = prefix.startsWith("run_") ? prefix : `run_${prefix}`;
  const found = await store.findRuns(full);
  if (found.length > 1 && !found.some(({ id }) => id === full)) {
    throw new MaestroError("MR2004", { run: prefix, matches: found.map(({ id }) => id) });
  }
  const run = found.length === 0 ? undefined : await store.run(found.length === 1 ? found[0]!.id : full);
  if (!run) throw new MaestroError("MR2003", { run: prefix });
  return run;
}
