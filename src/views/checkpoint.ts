import type { OpenCheckpoint } from "./open-checkpoints.ts";

/** A question to a person. */
export interface Checkpoint {
  readonly run: string;
  readonly step: string;
  readonly title: string;
  /** What the person has to see to decide. */
  readonly show: unknown;
  readonly assignee: string | undefined;
  /** When it is over by itself, Unix ms. */
  readonly until: number | undefined;
}

/** As programs see it: without the row of its step. */
export function toCheckpoint({ run, key: step, title, show, assignee, until }: OpenCheckpoint): Checkpoint {
  return { run, step, title, show, assignee, until };
}
