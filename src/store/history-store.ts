import type { EventRow } from "./store.ts";

/** Events of one run, from the one after `after` on. */
export interface EventQuery {
  readonly run: string;
  /** An event's id; 0: from the first. */
  readonly after: number;
  readonly limit: number;
}

/** The part of the journal that is about what has been. What is said of writes and reads of `Store` holds here. */
export interface HistoryStore {
  /** The oldest first. */
  events(query: EventQuery): Promise<EventRow[]>;
}
