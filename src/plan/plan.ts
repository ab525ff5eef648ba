import type { Json } from "../support/json.ts";
import type { Condition, Expr } from "./expr.ts";

/** JSON Schema, draft 2020-12, as the schema's own library wrote it. */
export type JsonSchema = { readonly [key: string]: Json };

/**
 * What a score compiles to: plain JSON, the contract between compiler and engine.
 * Nodes stand in the order in which the author listed them.
 */
export interface Plan {
  readonly format: 1;
  readonly score: string;
  readonly title?: string;
  /** Schema of the run's input, as callers give it. Absent: the score takes none. */
  readonly input?: JsonSchema;
  readonly body: Body;
  /** Steps of one run that may be under way at once. */
  readonly concurrency: number;
}

/** Nodes that are played together, and what comes out of them. */
export interface Body {
  readonly nodes: Readonly<Record<string, PlanNode>>;
  readonly output: Expr;
  /** A map whose `each` gives one node: its steps are named after the item alone, `drafts/3`. */
  readonly single?: true;
}

export type PlanNode = TaskNode | MapNode | BranchNode | SwitchNode | TextNode | OneOfNode | DeriveNode;

interface Ordered {
  /** Played only when this is true; skipped otherwise. */
  readonly when?: Condition;
  /** Nodes of the same scope that have to have settled first. */
  readonly after?: readonly string[];
  /** Also played when nodes in `after` were skipped. */
  readonly onSkip?: "run";
}

/** What a node does when it goes wrong. */
export interface Policy {
  readonly retry?: Retry | "never";
  readonly timeoutMs?: number;
  /** `skip` leaves a gap that is marked in the run; default `fail`. */
  readonly onFailure?: "fail" | "skip";
}

/** Up to `attempts` tries in all; the wait after the n-th failure is drawn from 0 … min(`maxBackoffMs`, `backoffMs` × 2^(n−1)). */
export interface Retry {
  readonly attempts: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** Full jitter unless false. */
  readonly jitter: boolean;
}

export interface TaskNode extends Ordered, Policy {
  readonly kind: "task";
  /** Id of the `defineTask` it uses; absent when it was written in place. */
  readonly task?: string;
  readonly input: Expr;
  readonly output?: JsonSchema;
  /** Where its functions and schemas are: an index into the deployment's code. */
  readonly code: number;
}

export interface MapNode extends Ordered {
  readonly kind: "map";
  readonly over: Expr;
  readonly maxItems: number;
  /** Items under way at once; absent: as many as the run allows. */
  readonly concurrency?: number;
  readonly onItemError: "fail" | "collect";
  readonly onFailure?: "fail" | "skip";
  readonly body: Body;
}

export interface BranchNode extends Ordered {
  readonly kind: "branch";
  readonly on: Condition;
}

export interface SwitchNode extends Ordered {
  readonly kind: "switchOn";
  readonly on: Expr;
}

/** A string: `strings[0]`, `values[0]`, `strings[1]`, … */
export interface TextNode {
  readonly kind: "text";
  readonly strings: readonly string[];
  readonly values: readonly Expr[];
}

/** The first of `of` that is neither absent nor undefined; it does not wait for those after it. */
export interface OneOfNode {
  readonly kind: "oneOf";
  readonly of: readonly Expr[];
}

/** A pure function over other nodes' values: recomputed, never stored. */
export interface DeriveNode {
  readonly kind: "derive";
  readonly of: readonly Expr[];
  readonly code: number;
}

/** Names beginning like this were given by the compiler to what has none; they are shown nowhere. */
export const HIDDEN = "~";
