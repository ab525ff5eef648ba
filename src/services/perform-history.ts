import type { EventRow, RunStatus, RunSummary, Store } from "../store/store.ts";
import { findRun } from "../views/find-run.ts";
import { type RunFilter, runPage } from "../views/run-page.ts";

/** What may be asked about what has been. */
export type HistoryRequest =
  | ({ readonly op: "runs" } & Given<RunFilter>)
  /** Events of a run from the one after `after` on, and how it stands. */
  | { readonly op: "events"; readonly run: string; readonly after: number; readonly limit: number };

/** In a request nothing is `undefined`. */
type Given<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

/** A run as lists show it. One that says it is running and is not played has lost its process. */
export type ListedRun = RunSummary & { readonly isPlayed: boolean };

export interface HistoryResults {
  readonly runs: readonly ListedRun[];
  readonly events: {
    readonly run: Pick<RunSummary, "id" | "score" | "endedAt" | "error" | "reason"> & {
      readonly status: RunStatus;
    };
    readonly events: readonly EventRow[];
  };
}

interface Owning {
  readonly store: Store;
  readonly engine: { readonly isPlaying: (run: string) => boolean };
}

/** @throws MaestroError MR2003, MR2004 when it is not clear which run is meant */
export async function performHistory(
  { store, engine }: Owning,
  request: HistoryRequest,
): Promise<HistoryResults[HistoryRequest["op"]]> {
  switch (request.op) {
    case "runs": {
      const rows = await runPage(store, request);
      return rows.map((row) => ({ ...row, isPlayed: engine.isPlaying(row.id) }));
    }
    case "events": {
      const { after, limit } = request;
      // The row first: of a run that has ended there are no events after those that are read then.
      const { id, score, status, endedAt, error, reason } = await findRun(store, request.run);
      const events = await store.history.events({ run: id, after, limit });
      return { run: { id, score, status, endedAt, error, reason }, events };
    }
    default:
      return request satisfies never;
  }
}
