export type { Check, Checked, Code, Problem, TaskCall, TaskCode } from "./code.ts";
export { type Comparison, type Condition, type Expr, type Path, partsOf } from "./expr.ts";
export { toDeploymentHash } from "./hash.ts";
export { nodeAt } from "./node-at.ts";
export {
  type Body,
  type BranchNode,
  type DeriveNode,
  HIDDEN,
  type JsonSchema,
  type MapNode,
  type OneOfNode,
  type Plan,
  type PlanNode,
  type Policy,
  type Retry,
  type SwitchNode,
  type TaskNode,
  type TextNode,
} from "./plan.ts";
