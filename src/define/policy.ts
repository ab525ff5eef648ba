import type { StepFailureCode } from "../diagnostics/index.ts";
import type { Duration } from "../support/duration.ts";
import type { TaskDefinition } from "./define-task.ts";
import type { AnyNode, Condition, Node } from "./node.ts";
import type { Bind, Inputs, Out, Primitive, Unbind } from "./ref.ts";
import type { Verification } from "./verify.ts";

/** When a node is played, besides the values it reads. */
export interface Order {
  /** Play this node only when the condition holds; otherwise it is skipped, and so is what reads it. */
  readonly when?: Condition;
  /** Nodes that have to have ended first, without reading anything from them. */
  readonly after?: readonly AnyNode[];
  /** Play this node also when nodes in `after` were skipped. */
  readonly onSkip?: "run";
  /** The phase of the score that it belongs to, one of its `phases`: it begins when all nodes of those before have ended. */
  readonly phase?: string;
}

/**
 * A failure of an attempt: a code of `maestro explain` from MR3001 on, `"MR3002"` for one that took too long, or the
 * name of the error that was thrown, `"TypeError"`. An error whose class gives it no name goes by that of its class.
 */
export type FailureName = StepFailureCode | (string & {});

/** Some of the fields of an input of type `I`, or another one where it has no fields. */
export type Varied<I> = I extends Primitive | readonly unknown[] ? Inputs<I> : Partial<Inputs<I>>;

/** As {@link Varied}, for an input that no schema describes: of the fields that are bound. */
export type VariedBinding<B> = { readonly [K in keyof B]?: Bind<Widened<Unbind<B[K]>>> };

type Widened<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends boolean
      ? boolean
      : T extends readonly (infer E)[]
        ? Widened<E>[]
        : T;

/** How often a failed attempt is repeated. The waits double from `backoff` up to `maxBackoff`. `V` is what may be varied. */
export interface RetryOptions<V = never> {
  /** Tries in all, the first included: 1 to 100. */
  readonly attempts: number;
  /** The longest wait after the first failure. Default `"1s"`. */
  readonly backoff?: Duration;
  /**
   * The longest wait ever. Default `"1m"`; where it is not written, a service that asks for a longer one (`Retry-After`) is
   * given it, up to a day.
   */
  readonly maxBackoff?: Duration;
  /** Draw each wait at random between 0 and its limit, so that many steps do not come back at once. Default true. */
  readonly jitter?: boolean;
  /**
   * Only these failures are tried again; any other is final. Default: every failure that may end otherwise.
   * @example
   * retry: { attempts: 3, on: ["MR3002", "RateLimitError"] }
   */
  readonly on?: readonly FailureName[];
  /**
   * What is changed in the input for the second attempt, the third and so on; the last one holds for those after it.
   * Each is laid over the input as it stands in the score, field by field.
   * @example
   * retry: { attempts: 3, vary: [{ temperature: 0.2 }, { temperature: 0, model: "large" }] }
   */
  readonly vary?: readonly V[];
}

/** What becomes of a node that has failed for good, and how much a run loses without it. */
export interface FailurePolicy<O> {
  /**
   * `"fail"` (default) ends the run. `"skip"` leaves a marked gap, and what reads it has to accept that.
   * {@link fallback} lets another node or a value stand in; {@link reconstruct} builds the output from a later one.
   * {@link auto} chooses among several when it happens; `"auto"` alone leaves a gap where everybody who reads the node
   * expects one, and else fails.
   */
  readonly onFailure?: "fail" | "skip" | "auto" | Fallback<O> | Reconstruct<O> | Auto<O>;
  /** How much a run loses without this node. Default `"normal"`. */
  readonly importance?: "critical" | "high" | "normal" | "low";
}

/** How often and how long a node may try. */
export interface Attempts<V = never> {
  /**
   * Default: one attempt. `"never"` is for what must not happen twice: should the process die while the step is at
   * work, the run stops and asks.
   */
  readonly retry?: RetryOptions<V> | "never";
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

/** What has to be so when a task says that it is done. */
export interface Verifying<O> {
  /**
   * What it has to have brought about: a file, an address that answers, anything that a function can look at. Where that is not
   * so its attempt has failed (MR2049), like any other.
   * @example
   * verify: (output) => [fileExists(output.path), holds((claim) => claim.output.rows > 0)]
   */
  readonly verify?: (output: Out<O>) => Verification<O> | readonly Verification<O>[];
}

/**
 * Everything that says when a node is played and what it does when it goes wrong. `O` is what it gives, `V` what may be
 * varied between its attempts.
 */
// biome-ignore lint/suspicious/noExplicitAny: what stands in is compared where the node is built
export interface Policies<O = any, V = never> extends Order, Attempts<V>, Sharing, FailurePolicy<O> {}

declare const FALLBACK: unique symbol;
declare const RECONSTRUCT: unique symbol;
declare const AUTO: unique symbol;

/** What stands in for a node that failed. */
export interface Fallback<out O> {
  readonly [FALLBACK]: O;
}
/** How a missing output is built from another. */
export interface Reconstruct<out O> {
  readonly [RECONSTRUCT]: O;
}

/** What may become of a node that failed, to be chosen when it happens. */
export interface Auto<out O> {
  readonly [AUTO]: O;
}

/** Marks shared between copies of this package. */
const FAILURE = Symbol.for("maestro.onFailure");

/** What `fallback`, `reconstruct` and `auto` were given. */
export type FailureRecord = FallbackRecord | ReconstructRecord | AutoRecord;
export interface FallbackRecord {
  readonly [FAILURE]: "fallback";
  readonly other: unknown;
}
export interface ReconstructRecord {
  readonly [FAILURE]: "reconstruct";
  readonly from: unknown;
  readonly with: unknown;
}
export interface AutoRecord {
  readonly [FAILURE]: "auto";
  readonly options: Readonly<Record<string, unknown>>;
}

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

/** What `auto` may choose from. */
export interface AutoOptions<B, O> {
  /** Another node, or a value, as for {@link fallback}. */
  readonly fallback?: B;
  /** As for {@link reconstruct}. */
  readonly reconstruct?: {
    readonly from: string;
    // biome-ignore lint/suspicious/noExplicitAny: the compiler compares it with the output of `from`
    readonly with: TaskDefinition<any, O>;
  };
  /** Leave a gap. Default: no. */
  readonly skip?: boolean;
}

/**
 * Chooses what becomes of a node that has failed when it happens: among what is given here, one more attempt where the
 * node has a `retry`, and failing. What counts is the node's `importance`, the score's `risk`, what the step has cost
 * so far and the time that the score's `timeout` leaves. The choice and its reasons are kept with the step.
 * @example
 * const tags = task(findTags, { input, importance: "low", onFailure: auto({ fallback: quickTags, skip: true }) });
 */
export function auto<const B = never, O = never>(
  options: AutoOptions<B, O>,
): Auto<(B extends Node<infer R> ? R : Unbind<B>) | O> {
  const record: FailureRecord = { [FAILURE]: "auto", options: { ...options } };
  return Object.freeze(record) as never;
}

/** What an `onFailure` that is no word was made from; `undefined` when it is none of the three. */
export function failureRecord(value: unknown): FailureRecord | undefined {
  if (typeof value !== "object" || value === null || !(FAILURE in value)) return undefined;
  return value as FailureRecord;
}

/** Which of the three it is. */
export function failureKind(record: FailureRecord): FailureRecord[typeof FAILURE] {
  return record[FAILURE];
}
