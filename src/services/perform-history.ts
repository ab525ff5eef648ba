import { setImmediate } from "node:timers/promises";
import { type Pruned, type Pruning, pruneRuns } from "../operations/prune-runs.ts";
import type { OutlineQuery, RunOutline, Spent, StepPlace } from "../store/history-store.ts";
import type { ModelHistory } from "../store/model-history.ts";
import type {
  EventRow,
  ModelCallRow,
  RunStatus,
  RunSummary,
  StepRow,
  Store,
  TurnRow,
} from "../store/store.ts";
import { findRun } from "../views/find-run.ts";
import { type RunFilter, runPage } from "../views/run-page.ts";

/** What may be asked about what has been. */
export type HistoryRequest =
  | ({ readonly op: "runs" } & Given<RunFilter>)
  /** Events of a run from the one after `after` on, and how it stands. */
  | { readonly op: "events"; readonly run: string; readonly after: number; readonly limit: number }
  /** The same as runs, with what models have cost in each. */
  | ({ readonly op: "spentRuns" } & Given<RunFilter>)
  /** Some of a run's attempts with their outputs, by key. */
  | { readonly op: "stepsPage"; readonly run: string; readonly after: StepPlace }
  /** The calls of models and of tools of a run. */
  | { readonly op: "calls"; readonly run: string }
  /** How the attempts of a score's runs went, newest first. */
  | ({ readonly op: "outlines" } & OutlineQuery)
  | { readonly op: "modelHistory"; readonly agent: string; readonly models: readonly string[] }
  /** Forgets runs whose time is over, or says what would go: for a while, and then where to go on. */
  | ({ readonly op: "prune" } & Pruning);

/** In a request nothing is `undefined`. */
type Given<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

/** A run as lists show it. One that says it is running and is not played has lost its process. */
export type ListedRun = RunSummary & { readonly isPlayed: boolean };

/** A run with what models have cost in it; of those that it plays, only what they say themselves. */
export type SpentRun = RunSummary & Spent;

export interface HistoryResults {
  readonly runs: readonly ListedRun[];
  readonly events: {
    readonly run: Pick<RunSummary, "id" | "score" | "endedAt" | "error" | "reason"> & {
      readonly status: RunStatus;
    };
    readonly events: readonly EventRow[];
  };
  readonly spentRuns: readonly SpentRun[];
  readonly stepsPage: { readonly rows: readonly StepRow[]; readonly next?: StepPlace | undefined };
  readonly calls: { readonly calls: readonly ModelCallRow[]; readonly tools: readonly TurnRow[] };
  readonly outlines: { readonly runs: readonly RunOutline[]; readonly next?: string | undefined };
  readonly modelHistory: ModelHistory;
  readonly prune: Pruned;
}

/** One answer to `prune` takes about so long. */
const PRUNING_MS = 500;

const NOTHING: Spent = { microUsd: 0, unpriced: 0 };

interface Owning {
  readonly store: Store;
  readonly engine: { readonly isPlaying: (run: string) => boolean };
  readonly clock: { readonly now: () => number };
}

/** @throws MaestroError MR2003, MR2004 when it is not clear which run is meant */
export async function performHistory(
  { store, engine, clock }: Owning,
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
    case "spentRuns": {
      const rows = await runPage(store, request);
      const spent = await store.history.spent(rows.map(({ id }) => id));
      return rows.map((row) => ({ ...row, ...(spent.get(row.id) ?? NOTHING) }));
    }
    case "stepsPage":
      return store.history.steps(request);
    case "calls": {
      const [calls, tools] = await Promise.all([
        store.modelCallsOf(request.run),
        store.toolTurnsOf(request.run),
      ]);
      return { calls, tools };
    }
    case "outlines":
      return store.history.outlines(request);
    case "modelHistory":
      return store.modelHistory(request);
    case "prune": {
      const { op: _, ...pruning } = request;
      const until = performance.now() + PRUNING_MS;
      const pace = { isOver: () => performance.now() > until, pause: () => setImmediate() };
      return pruneRuns({ history: store.history, now: clock.now }, pruning, pace);
    }
    default:
      return request satisfies never;
  }
}
