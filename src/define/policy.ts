import type { Duration } from "../support/duration.ts";
import type { AnyNode, Condition } from "./node.ts";

/** When a node is played, besides the values it reads. */
export interface Order {
  /** Play this node only when the condition holds; otherwise it is skipped, and so is what reads it. */
  readonly when?: Condition;
  /** Nodes that have to have ended first, without reading anything from them. */
  readonly after?: readonly AnyNode[];
  /** Play this node also when nodes in `after` were skipped. */
  readonly onSkip?: "run";
}

/** How often a failed attempt is repeated. The waits double from `backoff` up to `maxBackoff`. */
export interface RetryOptions {
  /** Tries in all, the first included: 1 to 100. */
  readonly attempts: number;
  /** The longest wait after the first failure. Default `"1s"`. */
  readonly backoff?: Duration;
  /** The longest wait ever. Default `"1m"`. */
  readonly maxBackoff?: Duration;
  /** Draw each wait at random between 0 and its limit, so that many steps do not come back at once. Default true. */
  readonly jitter?: boolean;
}

/** What a node does when it goes wrong. */
export interface Policies extends Order {
  /**
   * Default: one attempt. `"never"` is for what must not happen twice: should the process die while the step is at
   * work, the run stops and asks.
   */
  readonly retry?: RetryOptions | "never";
  /** The longest time one attempt may take. Its `signal` is set off then. */
  readonly timeout?: Duration;
  /** `"fail"` (default) ends the run; `"skip"` leaves a marked gap, and what reads it has to accept that. */
  readonly onFailure?: "fail" | "skip";
}
