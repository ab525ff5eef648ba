import type { RunRow, Store } from "../store/store.ts";

/** The runs that a run is part of, the outermost first. */
export async function runsAbove(store: Pick<Store, "run">, { parent }: RunRow): Promise<readonly RunRow[]> {
  const above: RunRow[] = [];
  for (let at = parent; at !== null; ) {
    const row = await store.run(at.slice(0, at.indexOf("/")));
    if (!row) break;
    above.unshift(row);
    at = row.parent;
  }
  return above;
}
