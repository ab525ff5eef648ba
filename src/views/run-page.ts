import { effectiveOrchestra, type OrchestraPlan } from "../plan/index.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { RunStatus, RunSummary, Store } from "../store/store.ts";

/** Which runs, newest first. Times are those of their ids: when they were asked for. */
export interface RunFilter {
  readonly limit: number;
  readonly status?: RunStatus | undefined;
  readonly score?: string | undefined;
  readonly orchestra?: string | undefined;
  /** Of all orchestras with this tag, as they are deployed now. */
  readonly tag?: string | undefined;
  /** Unix ms; this instant counts. */
  readonly since?: number | undefined;
  /** Unix ms; this instant does not. */
  readonly until?: number | undefined;
  /** A run's id: only those that were begun before it. Runs that begin meanwhile change nothing of what follows. */
  readonly after?: string | undefined;
}

/** One page of the runs, at a cost that depends on the page and not on how many there are. */
export async function runPage(store: Store, filter: RunFilter): Promise<RunSummary[]> {
  const { limit, status, score, orchestra, tag, since, until, after } = filter;
  const ends = [after, until === undefined ? undefined : firstIdAt(until)].filter((id) => id !== undefined);
  const query = {
    limit,
    status,
    score,
    before: ends.length === 0 ? undefined : ends.reduce((a, b) => (a < b ? a : b)),
    from: since === undefined ? undefined : firstIdAt(since),
  };
  if (tag === undefined) return store.listRuns({ ...query, orchestra });
  const tagged = (await orchestrasTagged(store, tag)).filter(
    (id) => orchestra === undefined || id === orchestra,
  );
  // A page of each has the page of all.
  const pages = await Promise.all(tagged.map((id) => store.listRuns({ ...query, orchestra: id })));
  return pages
    .flat()
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, limit);
}

/** Before every id that is made at this instant or later. Ids begin with the 48 bits of their time. */
function firstIdAt(at: number): string {
  return `run_${Math.min(Math.max(at, 0), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, "0")}`;
}

async function orchestrasTagged(store: Store, tag: string): Promise<string[]> {
  const [rows, overrides] = await Promise.all([store.orchestras.list(), store.orchestras.overrides()]);
  const wanted = tag.toLowerCase();
  return rows
    .filter(({ id, definition }) => {
      const own = overrides.filter((one) => one.orchestra === id);
      const plan = parseStored(definition, `orchestra ${id}`) as OrchestraPlan;
      return effectiveOrchestra(plan, own).plan.tag?.toLowerCase() === wanted;
    })
    .map(({ id }) => id);
}
