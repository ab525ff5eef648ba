/**
 * Maestro: workflows as typed TypeScript.
 *
 * Write scores with `defineScore` and the node constructors, then `maestro validate` and `maestro run`.
 * @module maestro-ts
 */
export { all, any, eq, gt, gte, includes, isPresent, lt, lte, ne, not } from "./define/condition.ts";
export { type AgentDefinition, defineAgent } from "./define/define-agent.ts";
export { type Config, defineConfig } from "./define/define-config.ts";
export { defineOrchestra, type Orchestra, type Schedule } from "./define/define-orchestra.ts";
export { defineScore, type Score } from "./define/define-score.ts";
export { defineTask, type TaskDefinition } from "./define/define-task.ts";
export { type Input, input } from "./define/input.ts";
export {
  type AnyNode,
  type Branch,
  branch,
  type Condition,
  type MapBody,
  map,
  type Node,
  type Settled,
  type Switch,
  switchOn,
  type TaskCall,
  task,
} from "./define/node.ts";
export type { Order, Policies, RetryOptions } from "./define/policy.ts";
export type { Bind, Out, Ref, Unbind } from "./define/ref.ts";
export type { InOf, OutOf, Schema } from "./define/schema.ts";
export { derive, oneOf, optional, text } from "./define/value.ts";
export type { Duration } from "./support/duration.ts";
