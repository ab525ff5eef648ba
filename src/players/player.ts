import type { Code, PlanNode, TaskCall } from "../plan/index.ts";

/** One attempt at one step, as its player sees it. */
export interface Call {
  /** Resolved from the plan, and this attempt's own copy. */
  readonly input: unknown;
  /** What author code is given, with the input as its schema gave it back. */
  toTaskCall(input: unknown): TaskCall;
}

/**
 * How one kind of node is performed. It may throw, reject or never settle: whoever calls it turns that into an outcome.
 * @returns the output, checked against its schema
 */
export type Player<N extends PlanNode = PlanNode> = (node: N, call: Call, code: Code) => unknown;
