import type { Duration } from "../support/duration.ts";
import type { TaskDefinition } from "./define-task.ts";
import type { AnyNode, Condition, Node } from "./node.ts";
import type { Bind, Unbind } from "./ref.ts";

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

/** What becomes of a node that has failed for good, and how much a run loses without it. */
export interface FailurePolicy<O> {
  /**
   * `"fail"` (default) ends the run. `"skip"` leaves a marked gap, and what reads it has to accept that.
   * {@link fallback} lets another node or a value stand in; {@link reconstruct} builds the output from a later one.
   */
  readonly onFailure?: "fail" | "skip" | Fallback<O> | Reconstruct<O>;
  /** How much a run loses without this node. Default `"normal"`. */
  readonly importance?: "critical" | "high" | "normal" | "low";
}

/** How often and how long a node may try. */
export interface Attempts {
  /**
   * Default: one attempt. `"never"` is for what must not happen twice: should the process die while the step is at
   * work, the run stops and asks.
   */
  readonly retry?: RetryOptions | "never";
  /** The longest time one attempt may take. Its `signal` is set off then. */
  readonly timeout?: Duration;
}

/** What a node shares with the steps of all runs. */
export interface Sharing {
  /**
   * How much it takes of each resource while an attempt is at work: `{ gpu: 1 }`. `maestro.config.ts` says how much there
   * is. It begins when all of that is free.
   */
  readonly resources?: Readonly<Record<string, number>>;
  /** `maestro.config.ts` may limit how many steps with one of them are at work at once: `["crm"]`. */
  readonly tags?: readonly string[];
}

/** Keeps a node's result for other runs. */
export interface Caching {
  /**
   * For `ttl` after it, a run of the same score, unchanged, that gives the node the same takes its result and does not
   * play it. With `key` only that counts of what it is given. Of a secret only the name counts. Failures are not kept.
   * @example
   * cache: { ttl: "1h" }
   * cache: { ttl: "7d", key: [brief.company, brief.year] }
   */
  readonly cache?: { readonly ttl: Duration; readonly key?: Bind<unknown> };
}

/** Everything that says when a node is played and what it does when it goes wrong. `O` is what it gives. */
// biome-ignore lint/suspicious/noExplicitAny: what stands in is compared where the node is built
export interface Policies<O = any> extends Order, Attempts, Sharing, FailurePolicy<O> {}

declare const FALLBACK: unique symbol;
declare const RECONSTRUCT: unique symbol;

/** What stands in for a node that failed. */
export interface Fallback<out O> {
  readonly [FALLBACK]: O;
}
/** How a missing output is built from another. */
export interface Reconstruct<out O> {
  readonly [RECONSTRUCT]: O;
}

/** Marks shared between copies of this package. */
const FAILURE = Symbol.for("maestro.onFailure");

/** What `fallback` and `reconstruct` were given. */
export type FailureRecord =
  | { readonly [FAILURE]: "fallback"; readonly other: unknown }
  | { readonly [FAILURE]: "reconstruct"; readonly from: unknown; readonly with: unknown };

/**
 * Lets another node, or a value, stand in for one that failed. The node is played for that alone and has to give the
 * same type; whoever else reads it reads a value that may be absent.
 * @example
 * const quick = agent(smallWriter, { input: { lead } });
 * const letter = agent(writer, { input: { lead }, onFailure: fallback(quick) });
 * const tags = task(findTags, { input: { text }, onFailure: fallback([]) });
 */
export function fallback<const B>(other: B): Fallback<B extends Node<infer R> ? R : Unbind<B>> {
  const record: FailureRecord = { [FAILURE]: "fallback", other };
  return Object.freeze(record) as never;
}

/**
 * Builds the output of a node that failed from that of a later one, when the run has it: given at its start, or kept
 * from an earlier attempt.
 * @example
 * const outline = task(writeOutline, { input, onFailure: reconstruct({ from: "draft", with: outlineOfDraft }) });
 */
export function reconstruct<O>(options: {
  /** The key in `nodes` of the node whose output it is built from. By name, because that node comes later. */
  readonly from: string;
  /** Takes that node's output and gives this one's. */
  // biome-ignore lint/suspicious/noExplicitAny: the compiler compares it with the output of `from`
  readonly with: TaskDefinition<any, O>;
}): Reconstruct<O> {
  const record: FailureRecord = { [FAILURE]: "reconstruct", ...options };
  return Object.freeze(record) as never;
}

/** What an `onFailure` that is no word was made from; `undefined` when it is neither of the two. */
export function failureRecord(value: unknown): FailureRecord | undefined {
  if (typeof value !== "object" || value === null || !(FAILURE in value)) return undefined;
  return value as FailureRecord;
}

/** Which of the two it is. */
export function failureKind(record: FailureRecord): "fallback" | "reconstruct" {
  return record[FAILURE];
}
