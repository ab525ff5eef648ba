import type { TaskNode } from "../plan/index.ts";
import type { StepError } from "./core/state.ts";
import type { Performed } from "./perform.ts";

/**
 * Plays a score's tasks in another process. Where a playable has one, all of its code is there: the functions of its
 * `code` stand for those, and each gives a promise.
 */
export interface Elsewhere {
  /** Plays one attempt; never rejects. Its time counts from when it begins there, and is kept there. */
  play(node: TaskNode, call: ElsewhereCall): Promise<Performed>;
}

/** One attempt, as who plays it elsewhere sees it. */
export interface ElsewhereCall {
  readonly input: unknown;
  /** Of the task, opened; they go nowhere but there. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly attempt: number;
  readonly escalation: number;
  readonly idempotencyKey: string;
  log(message: string, data: unknown): void;
  progress(done: number, total: number): void;
  /** Calls `act` when the attempt is told to end; at once when it was already. */
  whenAborted(act: (reason: Error) => void): void;
}

/** The mark by which these errors are known; shared between the files of a build, each of which has the class. */
const MARK = Symbol.for("maestro.elsewhere");

/** What became of author code in another process, where a value was asked for and none came. */
export class ElsewhereError extends Error {
  readonly error: StepError;
  /** It did not fail: its process ended. */
  readonly isInterrupted: boolean;

  constructor(error: StepError, { isInterrupted = false }: { readonly isInterrupted?: boolean } = {}) {
    super(error.message);
    this.error = error;
    this.isInterrupted = isInterrupted;
  }

  get [MARK](): true {
    return true;
  }

  /** Never throws: author code can throw what throws when it is looked at. */
  static is(thrown: unknown): thrown is ElsewhereError {
    try {
      return typeof thrown === "object" && thrown !== null && MARK in thrown;
    } catch {
      return false;
    }
  }
}
