import type { Code, PlanNode, TaskCall } from "../plan/index.ts";

/** One attempt at one step, as its player sees it. `input` has been resolved; the player puts the checked one in its place. */
export type Call = { -readonly [K in "input"]: TaskCall[K] } & Omit<TaskCall, "input">;

/**
 * How one kind of node is performed. It may throw, reject or never settle: whoever calls it turns that into an outcome.
 * @returns the output, checked against its schema
 */
export type Player<N extends PlanNode = PlanNode> = (node: N, call: Call, code: Code) => unknown;
