import type { Deployment, JsonText, RunEnding, RunRow } from "./store.ts";

/** An orchestra as it was deployed last. One row per id, for ever: what is destroyed keeps its history. */
export interface OrchestraRow {
  readonly id: string;
  /** Id of the score that it plays. */
  readonly score: string;
  /** Hash of the deployment that its next run plays. */
  readonly deployment: string;
  /** An `OrchestraPlan`: the desired state. */
  readonly definition: JsonText;
  /** Of the definition. */
  readonly hash: string;
  /** When it began to be: anew after it was destroyed. */
  readonly createdAt: number;
  readonly deployedAt: number;
  readonly destroyedAt: number | null;
  /** Every instant of its schedule up to this one is decided. Null while it was never enabled. */
  readonly cursor: number | null;
}

/** What an operator decided of one field, over the desired state. Deploys do not touch it. */
export interface OverrideRow {
  readonly orchestra: string;
  /** `enabled`, `paused`, `cron`, `name`, `tag`, `description`. */
  readonly field: string;
  readonly value: JsonText;
  readonly who: string;
  readonly why: string | null;
  readonly at: number;
}

/** What became of one instant of a schedule. `(orchestra, instant)` names it: nothing is decided twice. */
export interface OccurrenceRow {
  readonly orchestra: string;
  /** Unix ms of the schedule, before any jitter. */
  readonly instant: number;
  /** `failed`: its run could not be started. */
  readonly status: "fired" | "skipped" | "failed";
  /** Why it was skipped or failed. */
  readonly reason: JsonText | null;
  /** Set exactly when it fired. */
  readonly run: string | null;
}

/** That every instant of an orchestra up to `until` is decided, and how. */
export interface Decision {
  readonly orchestra: string;
  readonly until: number;
  readonly occurrences: readonly OccurrenceRow[];
}

/** What became of one call of a webhook. */
export interface NewDelivery {
  readonly orchestra: string;
  readonly at: number;
  readonly status: "fired" | "refused";
  /** What the sender calls it: `(orchestra, webhookId)` names one that fired, and there is no second. */
  readonly webhookId: string | null;
  /** Why it was refused, in words. */
  readonly reason: string | null;
  /** Set exactly when it fired. */
  readonly run: string | null;
}

export interface DeliveryRow extends NewDelivery {
  /** Rises with every row. */
  readonly id: number;
}

/** Who changed what. */
export interface NewAudit {
  readonly at: number;
  readonly who: string;
  /** Where it came from: `cli`, `socket`, `http 127.0.0.1`. */
  readonly origin: string;
  /** `deploy`, `orchestras enable`, `decide`. */
  readonly action: string;
  /** Id of what was changed; null when it is all of it. */
  readonly about: string | null;
  /** SHA-256 of what was asked for, in hexadecimal; of a run that was begun, its deployment. */
  readonly payload: string;
}

export interface AuditRow extends NewAudit {
  /** Rises with every row. */
  readonly id: number;
}

/** Everything that one deploy changes. */
export interface OrchestraDeploy {
  /** New ones; those that are there already stay. */
  readonly deployments: readonly Deployment[];
  /** Created, or changed: `cursor` is written only for those that are created, or whose schedule has changed. */
  readonly put: readonly (Omit<OrchestraRow, "destroyedAt" | "cursor"> & { readonly cursor?: number })[];
  /** With their overrides gone. Those that are created anew under the same id stand in `put` too. */
  readonly destroyed: readonly { readonly id: string; readonly at: number }[];
  readonly audit: readonly NewAudit[];
}

/** A change of what operators decided. */
export interface OverrideChange {
  readonly put: readonly OverrideRow[];
  readonly removed: readonly Pick<OverrideRow, "orchestra" | "field">[];
  /** Orchestras whose instants before this one count as decided from now on. */
  readonly cursors: readonly { readonly orchestra: string; readonly at: number }[];
  readonly audit: readonly NewAudit[];
}

/** What a run is begun for, and by whom. */
export interface Cause {
  /** What it decides about the schedule that it was begun for. */
  readonly decision?: Decision;
  /** The call of a webhook that it was begun for. */
  readonly delivery?: NewDelivery;
  readonly audit?: readonly NewAudit[];
}

export interface OccurrenceQuery {
  readonly orchestra: string;
  readonly limit: number;
  /** Only earlier instants. */
  readonly before?: number | undefined;
  /** Only this instant and later ones. */
  readonly since?: number | undefined;
}

export interface EndedQuery {
  readonly orchestra: string;
  readonly status: readonly RunEnding[];
  readonly since: number;
  readonly limit: number;
}

/** The part of the journal that is about orchestras. What is said of writes and reads of `Store` holds here. */
export interface OrchestraStore {
  /** All of it, or nothing. */
  deploy(deploy: OrchestraDeploy): Promise<void>;
  /** All of it, or nothing. */
  override(change: OverrideChange): Promise<void>;
  /**
   * Writes what became of instants for which no run begins, and moves the cursor: together, or neither. An instant that
   * is decided already fails the write: ask `occurrences` first. What a run begins with goes with `Store.createRun`.
   */
  decide(decision: Decision): Promise<void>;
  audit(row: NewAudit): Promise<void>;
  /** Writes that a call was refused. Of those the last 1,000 of an orchestra are kept. One that fires goes with `Store.createRun`. */
  refuse(row: NewDelivery): Promise<void>;

  /** Ids of its runs that have not ended, the oldest first. */
  openRuns(orchestra: string): Promise<string[]>;
  /** Its runs that ended like this after `since`, in the order of their ends; at most `limit`. */
  endedRuns(query: EndedQuery): Promise<RunRow[]>;
  /** Sorted by id, without those that are destroyed. */
  list(): Promise<OrchestraRow[]>;
  /** Also one that is destroyed. */
  find(id: string): Promise<OrchestraRow | undefined>;
  /** Of one orchestra, or of all; sorted by orchestra and field. */
  overrides(orchestra?: string): Promise<OverrideRow[]>;
  /** The newest first. */
  occurrences(query: OccurrenceQuery): Promise<OccurrenceRow[]>;
  /** The newest first. */
  deliveries(query: { readonly orchestra: string; readonly limit: number }): Promise<DeliveryRow[]>;
  /** The run that a call has begun. */
  runOfDelivery(orchestra: string, webhookId: string): Promise<string | undefined>;
  /** The newest first. */
  audits(query: {
    readonly limit: number;
    readonly about?: string | undefined;
    readonly before?: number | undefined;
  }): Promise<AuditRow[]>;
}
