import type { EventRow, StepRow, StepStatus } from "./store.ts";

/** Events of one run, from the one after `after` on. */
export interface EventQuery {
  readonly run: string;
  /** An event's id; 0: from the first. */
  readonly after: number;
  readonly limit: number;
}

/** Which runs may be forgotten. */
export interface ExpiredQuery {
  /** Only ids after this one and before `until`. */
  readonly after: string;
  readonly until: string;
  /** Unix ms: what ended before then may go. Of runs that failed `failedBefore` counts. */
  readonly endedBefore: number;
  readonly failedBefore: number;
  /** So many runs are looked at. */
  readonly limit: number;
}

/** A run whose time is over. */
export interface ExpiredRun {
  readonly id: string;
  readonly score: string;
  readonly status: string;
  readonly createdAt: number;
  /** Ids of this run and of all that it plays: they go together. */
  readonly tree: readonly string[];
  /** It stays: one of them has not ended, or one that has not ended was begun from it. */
  readonly isNeeded: boolean;
}

/** The place of an attempt among those of its run, sorted by key. */
export interface StepPlace {
  readonly key: string;
  readonly attempt: number;
}

/** Which runs of a score to look at. */
export interface OutlineQuery {
  readonly score: string;
  /** Only ids before this one. */
  readonly before: string;
  /** Only this id and later ones. */
  readonly from: string;
}

/** One attempt, without what it was given and gave. */
export interface OutlineAttempt {
  readonly key: string;
  readonly attempt: number;
  readonly kind: string;
  readonly status: StepStatus;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Of what went wrong. */
  readonly code: string | null;
  readonly message: string | null;
}

export interface RunOutline {
  readonly id: string;
  /** Sorted by key and attempt. */
  readonly attempts: readonly OutlineAttempt[];
}

/** What models have cost in a run. */
export interface Spent {
  readonly microUsd: number;
  /** Calls whose price is not known. */
  readonly unpriced: number;
}

/** The part of the journal that is about what has been. What is said of writes and reads of `Store` holds here. */
export interface HistoryStore {
  /** The oldest first. */
  events(query: EventQuery): Promise<EventRow[]>;
  /** Attempts of a run from the one after `after` on, by key: so many that a page stays small. */
  steps(query: {
    readonly run: string;
    readonly after: StepPlace;
  }): Promise<{ readonly rows: readonly StepRow[]; readonly next: StepPlace | undefined }>;
  /** Runs of a score that have ended, the newest first; `next` is where to go on. */
  outlines(
    query: OutlineQuery,
  ): Promise<{ readonly runs: readonly RunOutline[]; readonly next: string | undefined }>;
  /** By the ids of runs; where no model was asked there is none. */
  spent(runs: readonly string[]): Promise<ReadonlyMap<string, Spent>>;

  /** Runs that are nobody's part and whose time is over, the oldest first; `next` is where to go on. */
  expired(
    query: ExpiredQuery,
  ): Promise<{ readonly runs: readonly ExpiredRun[]; readonly next: string | undefined }>;
  /** From now on nobody sees these runs. No effect on one that has not ended, or that something needs which has not. */
  leave(runs: readonly string[], at: number): Promise<void>;
  /** Deletes a little of what belongs to runs that leave; false when nothing was left. */
  forgetSome(): Promise<boolean>;
  /** Gives back pages of the file that hold nothing, at most so many, and says how many. */
  giveBack(pages: number): Promise<number>;
  /** Writes a copy of the whole store, as it is now, into an empty file. Nothing else is done meanwhile. */
  copyTo(file: string): Promise<void>;
}
