import { parseStored } from "../store/parse-stored.ts";
import type { EventRow, RunRow, Store } from "../store/store.ts";

/**
 * The nodes that a run was made to play anew, by name, out of what was written with its beginning: no kept result stands
 * in for them, also when it goes on in another process.
 */
export function playedAnewIn(events: readonly EventRow[]): ReadonlySet<string> {
  const made = events.find(({ type }) => type === "run.derived");
  if (!made?.data) return NOTHING;
  const { anew = [] } = parseStored(made.data, `run ${made.runId}`) as { readonly anew?: readonly string[] };
  return new Set(anew);
}

const NOTHING: ReadonlySet<string> = new Set();

/** Is a run part of a step that one of those above it was made to play anew? */
export async function isPartAnew(
  store: Pick<Store, "eventsOf">,
  { parent }: RunRow,
  above: readonly RunRow[],
): Promise<boolean> {
  const steps = [...above.slice(1).map((run) => run.parent!), ...(parent === null ? [] : [parent])];
  for (const step of steps) {
    const [run, name] = step.split("/", 2) as [string, string];
    if (playedAnewIn(await store.eventsOf(run)).has(name)) return true;
  }
  return false;
}
