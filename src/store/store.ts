import type { HistoryStore } from "./history-store.ts";
import type { LearningStore } from "./learning-store.ts";
import type { Ledger } from "./ledger.ts";
import type { ModelHistory, ModelScoreRow } from "./model-history.ts";
import type { ModelStore } from "./model-store.ts";
import type { Cause, OrchestraStore } from "./orchestra-store.ts";
import type { RunProgress } from "./progress.ts";
import type { RecordingRow } from "./recordings.ts";

/** A value written as JSON text. Whoever makes the value encodes it, once; the store never parses it. */
export type JsonText = string;

/** Where a run that can still change stands. */
type OpenRunStatus = "queued" | "running" | "waiting" | "paused";

/** How a run ended. Final: no later write changes it. */
export type RunEnding = "completed" | "failed" | "cancelled";

export type RunStatus = OpenRunStatus | RunEnding;

/** How one attempt at a step stands; everything but `running` is final. */
export type StepStatus = "running" | "completed" | "failed" | "skipped" | "interrupted";

/** A run as lists show it: without the two values that can be large. */
export interface RunSummary {
  /** Sorts by time of creation, such as `run_0199…`. */
  readonly id: string;
  readonly score: string;
  /** Hash of the deployment that it plays: from start to end, unless somebody moves it to another. */
  readonly deployment: string;
  readonly status: RunStatus;
  /** Why it waits, is paused or was cancelled. */
  readonly reason: JsonText | null;
  /** Set exactly when it failed. */
  readonly error: JsonText | null;
  /** How often a starting process took it over unfinished. */
  readonly recoveries: number;
  readonly createdAt: number;
  readonly startedAt: number | null;
  /** Set exactly when the status is a `RunEnding`. */
  readonly endedAt: number | null;
  /** The run that plays it and the step, `run_…/sent`, when it is part of another. */
  readonly parent: string | null;
  /** −100 to 100: of those that wait, the higher come first. */
  readonly priority: number;
  /** The orchestra that it is a run of. */
  readonly orchestra: string | null;
  /** The instant of that orchestra's schedule which it was begun for, if it was one. */
  readonly dueAt: number | null;
  /** What answered in place of models, tools and services, when nobody outside was asked; null: they were. */
  readonly source: JsonText | null;
  /** Models and revisions of agents that it was begun with though they are dark for all others: their names; null: none. */
  readonly flags: JsonText | null;
}

export interface RunRow extends RunSummary {
  readonly input: JsonText;
  /** Only when completed. */
  readonly output: JsonText | null;
}

/** A new run. `startedAt` is null while it is queued. */
export interface NewRun {
  readonly id: string;
  readonly score: string;
  readonly deployment: string;
  readonly status: OpenRunStatus;
  readonly input: JsonText;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly parent: string | null;
  /** Absent: 0. */
  readonly priority?: number;
  /** Absent: none. */
  readonly reason?: JsonText | null;
  /** Absent: of none. */
  readonly orchestra?: string | null;
  /** Absent: no schedule named an instant for it. */
  readonly dueAt?: number | null;
  /** Absent: those outside are asked. */
  readonly source?: JsonText | null;
  /** Absent: none. */
  readonly flags?: JsonText | null;
}

/** What is there from the first moment of a run that does not begin from nothing. */
export interface RunBeginning extends Cause {
  readonly taken: readonly StepRow[];
  readonly event?: NewEvent;
}

/** A change of a run that goes on. What is left out stays as it was. */
export interface RunChange {
  readonly id: string;
  readonly status?: OpenRunStatus;
  /** `null` takes the reason away. */
  readonly reason?: JsonText | null;
  readonly startedAt?: number;
  readonly recoveries?: number;
}

/** Runs that go on with other deployments, and what is written down with that. */
export interface Migration {
  readonly runs: readonly { readonly id: string; readonly deployment: string }[];
  readonly steps: readonly StepRow[];
  readonly events: readonly NewEvent[];
}

/** The end of a run: `output` only when completed, `error` exactly when failed. */
export interface RunEnd {
  readonly id: string;
  readonly status: RunEnding;
  readonly output: JsonText | null;
  readonly error: JsonText | null;
  readonly reason: JsonText | null;
  readonly endedAt: number;
}

/** One attempt at a step. `(runId, key, attempt)` names it. */
export interface StepRow {
  readonly runId: string;
  /** The node's path within the run: `found`, `drafts/3`, `drafts/3/letter`. */
  readonly key: string;
  /** From 1. */
  readonly attempt: number;
  readonly kind: string;
  readonly status: StepStatus;
  /** Only when completed. Larger than 32 KB it is kept as an artifact; reading gives it back here all the same. */
  readonly output: JsonText | null;
  /** Set when failed or interrupted; a skipped attempt may carry one. */
  readonly error: JsonText | null;
  /** Why it was skipped, how many items it has. */
  readonly info: JsonText | null;
  readonly startedAt: number;
  /** Null exactly while running; never before `startedAt`. */
  readonly endedAt: number | null;
}

export interface JournalRow extends StepRow {
  /** Its output is there and was not read: `output` is null. */
  readonly isOutputLeft: boolean;
}

/** Something that happened to a run, for people and screens; nothing is decided from it. */
export interface NewEvent {
  readonly runId: string;
  readonly at: number;
  readonly type: string;
  /** The key of the step it is about. */
  readonly step: string | null;
  readonly data: JsonText | null;
}

export interface EventRow extends NewEvent {
  /** Rises with every event of the store; ids are never used again. */
  readonly id: number;
}

/** One call of a model. `(runId, step, attempt, call)` names it. */
export interface ModelCallRow {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  /** From 1, within the attempt. */
  readonly call: number;
  readonly agent: string;
  /** `provider/model`. */
  readonly model: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly inputTokens: number;
  /** Of `inputTokens`, those that the provider had in its cache. */
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** Of `outputTokens`, those nobody sees. */
  readonly reasoningTokens: number;
  /** Null when nobody has said what the model costs. */
  readonly microUsd: number | null;
  /** The price that it was worked out with: a `PriceRow`'s id, or "config" from before there were any. */
  readonly prices: string | null;
  /** In words, when it brought no answer. */
  readonly error: string | null;
  readonly source: CallSource;
  /** That the outermost run that it is part of is of. Absent: none. */
  readonly orchestra?: string | null;
  /** Its provider may bill it, and nobody knows what: neither what it took nor what that costs. */
  readonly isBilled?: true;
}

/** What answered a call: the model itself, or what stood in for it. */
export type CallSource = "live" | "cassette" | "rehearsal" | "script";

/** Something said in a step's conversation with models, or a tool's call in it. */
export interface TurnRow {
  readonly runId: string;
  readonly step: string;
  /** Attempts that had failed before it: after a failure a new one begins. */
  readonly conversation: number;
  /** From 0, in the order of what is said. */
  readonly n: number;
  readonly isTool: boolean;
  readonly at: number;
  /** Messages; of a tool's call its name and its arguments. */
  readonly data: JsonText;
  /** Of a tool's call that is over. */
  readonly result: JsonText | null;
}

export type CostGroup = "score" | "orchestra" | "agent" | "model" | "day";

/** What has been spent since an instant (Unix ms), by what. */
export interface CostQuery {
  readonly by: CostGroup;
  readonly since: number;
}

export interface CostSum {
  /** Of the score, the agent or the model; of the orchestra, empty for runs of none; or the day, in UTC. */
  readonly name: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the calls whose price is known. */
  readonly microUsd: number;
  /** Calls that brought something, or that are billed all the same, and whose price is not known. */
  readonly unpriced: number;
  readonly failed: number;
}

/** An immutable plan with its code. `code` is null for a score that needs none. */
export interface Deployment {
  readonly hash: string;
  readonly score: string;
  readonly plan: JsonText;
  readonly code: Uint8Array | null;
  readonly createdAt: number;
  /** Plans of the agents that only scores have which it plays, by their ids. Absent: nobody has said. */
  readonly agents?: JsonText;
}

/** Under what a result is kept for other runs, and for how long. */
export interface Keeping {
  /** 64 hexadecimal digits: of the code, the node and what it was given. */
  readonly key: string;
  readonly score: string;
  /** Path of the node in the score: `drafts/letter`. */
  readonly node: string;
  readonly ttlMs: number;
}

/** A result that is kept for other runs, and the step it came from. */
export interface CachedResult {
  readonly run: string;
  readonly step: string;
  readonly at: number;
  readonly output: JsonText;
}

/** A kept result as lists show it. */
export interface CachedSummary extends Omit<CachedResult, "output">, Omit<Keeping, "ttlMs"> {
  readonly expiresAt: number;
  readonly bytes: number;
}

export interface OpenCount {
  readonly status: RunStatus;
  readonly count: number;
  /** Unix ms. */
  readonly oldestAt: number;
}

/** Which runs to list: newest first, at most `limit` of them. */
export interface RunQuery {
  readonly limit: number;
  /** Only ids before this one, or before what may be the beginning of one. */
  readonly before?: string | undefined;
  /** Only this id and later ones. */
  readonly from?: string | undefined;
  readonly status?: RunStatus | undefined;
  readonly score?: string | undefined;
  /** Only those that it has begun, and not those that they play. */
  readonly orchestra?: string | undefined;
}

/**
 * The journal of one workspace. What is not in it did not happen.
 *
 * Writes of one event-loop turn share one transaction; a write's promise resolves when that is durable. After a write
 * that could not be made, its promise and every later one reject with the same error. Reads see what is durable.
 * @throws MaestroError MR1008 when the disk is full, MR1004 when the file turns out to be damaged, MR1009 when a write
 * fails for another reason, MR1010 when a read does
 */
export interface Store extends Ledger {
  /** What is scheduled, what operators decided about it, and what became of its instants. */
  readonly orchestras: OrchestraStore;
  readonly learnings: LearningStore;
  readonly history: HistoryStore;
  readonly models: ModelStore;
  /** @param along what it begins with: that and the run are there together, or neither is */
  createRun(row: NewRun, along?: RunBeginning): Promise<void>;
  /** No effect on a run that has ended. */
  changeRun(row: RunChange): Promise<void>;
  /** All of them at once, or none. No effect on those that have ended. */
  changeRuns(rows: readonly RunChange[]): Promise<void>;
  /** All of it, or nothing. A run that has ended keeps its deployment. */
  migrateRuns(migration: Migration): Promise<void>;
  /** No effect on a run that has ended. */
  endRun(row: RunEnd): Promise<void>;
  /** Ends several runs, and settles `steps`, at once or not at all. No effect on runs and attempts that are over. */
  endRuns(rows: readonly RunEnd[], steps: readonly StepRow[]): Promise<void>;
  /**
   * Writes an attempt, or settles one written as running before. No effect on a settled attempt.
   * @param keeping its output is kept for other runs: that and the attempt are there together, or neither is
   */
  recordStep(row: StepRow, keeping?: Keeping): Promise<void>;
  /** Like `recordStep`, for what can be computed again: it rides with the next commit and nobody waits. */
  noteStep(row: StepRow): void;
  appendEvent(row: NewEvent): void;
  /** Nobody waits for it; it is durable with what is written after it. */
  recordModelCall(row: ModelCallRow): void;
  /** Like `recordModelCall`: what was asked and said in it. */
  keepRecording(row: RecordingRow): void;
  /** Nobody waits for it; it is durable with what is written after it. */
  recordModelScore(row: ModelScoreRow): void;
  /** Writes what was said, a tool's call, or the result of one that was written before. */
  recordTurn(row: TurnRow): Promise<void>;
  /** No effect when a deployment of this hash is there. */
  saveDeployment(deployment: Deployment): Promise<void>;
  /** Deletes some of the kept results whose time is over; nobody waits for it. */
  sweepCached(now: number): void;
  /** Deletes every kept result of a score, or of all, and says how many there were. */
  clearCached(score?: string): Promise<number>;
  /** Resolves when everything written so far is durable. */
  settled(): Promise<void>;

  run(id: string): Promise<RunRow | undefined>;
  /** The newest runs, at most 20, whose id begins with `prefix`. */
  findRuns(prefix: string): Promise<RunSummary[]>;
  listRuns(query: RunQuery): Promise<RunSummary[]>;
  /** Every run that has not ended, oldest first. */
  unfinishedRuns(): Promise<RunRow[]>;
  /** How many have not ended, by how they stand, and when the oldest of each was created. */
  openRuns(): Promise<OpenCount[]>;
  /** Every attempt of a run: those that are over in the order of their ends, then those under way. */
  stepsOf(runId: string): Promise<StepRow[]>;
  /** Like `stepsOf`, but outputs of more than 1 KB are left where they are: `outputOf` reads them. */
  journalOf(runId: string): Promise<JournalRow[]>;
  /**
   * The output of an attempt that has completed, at once: whoever goes on with a run reads each when its turn has come.
   * @throws MaestroError MR1004, MR1010 when it cannot be read
   */
  outputOf(of: Pick<StepRow, "runId" | "key" | "attempt">): JsonText | null;
  /**
   * What screens show of a run while it is played.
   * @param step whose output is read as well
   */
  progressOf(runId: string, step: string | undefined): Promise<RunProgress>;
  /** The steps at which somebody is asked, of all runs that may go on; the one asked first first. */
  openCheckpoints(): Promise<StepRow[]>;
  /** Every event of a run, oldest first. */
  eventsOf(runId: string): Promise<EventRow[]>;
  /** Every call of a model for a run, the oldest first. */
  modelCallsOf(runId: string): Promise<ModelCallRow[]>;
  /** What was asked and said in the calls of a run, step by step. */
  recordingsOf(runId: string): Promise<RecordingRow[]>;
  /** What is known of `models`, and of what they made for `agent`. */
  modelHistory(of: { readonly agent: string; readonly models: readonly string[] }): Promise<ModelHistory>;
  /** What was said in one conversation, in its order. */
  turnsOf(of: Pick<TurnRow, "runId" | "step" | "conversation">): Promise<TurnRow[]>;
  /** Every call of a tool for a run, step by step. */
  toolTurnsOf(runId: string): Promise<TurnRow[]>;
  /** The result kept under `key`, unless its time is over at `now`. */
  cached(key: string, now: number): Promise<CachedResult | undefined>;
  /** The newest first, also those whose time is over. */
  listCached(query: {
    readonly score?: string | undefined;
    readonly limit: number;
  }): Promise<CachedSummary[]>;
  /** How many there are. */
  countCached(score?: string): Promise<number>;
  /** What has been spent on models. */
  costsBy(query: CostQuery): Promise<CostSum[]>;
  deployment(hash: string): Promise<Deployment | undefined>;
  /** Deployments, at most 20, whose hash begins with `prefix`, the newest first. */
  findDeployments(prefix: string): Promise<Pick<Deployment, "hash" | "score" | "createdAt">[]>;
  /** Is a deployment of this hash there? Its code, which may be large, is not read. */
  hasDeployment(hash: string): Promise<boolean>;

  /** A store that is written to now and then looks by itself. @throws MaestroError MR1017 when its files are not those any more */
  checkFiles(): void;
  /** Flushes, closes and lets another process own the store. A second close does nothing. */
  close(): Promise<void>;
}
