import type { RunRow, Store } from "../store/store.ts";

/** The run that this one is part of, through others too; itself when it is part of none. */
export async function outermostOf(row: RunRow, store: Store): Promise<RunRow> {
  let at = row;
  while (at.parent !== null) {
    const above = await store.run(at.parent.slice(0, at.parent.indexOf("/")));
    if (!above) return at;
    at = above;
  }
  return at;
}
