export { judgeOf, type PartKey, partKeyOf, reviewOf, toKeyText, toPartKey } from "./artifact-parts.ts";
export { BADGE_AGE_MS, type Badge, isAtLeast, isBadge, leastOf, type Production } from "./badge.ts";
export { type Binding, bindingsOf, bodyOf } from "./bindings-of.ts";
export {
  BUDGET_NAME,
  BUDGET_QUESTION,
  type BudgetDecision,
  isBudgetKey,
  type ShownBudget,
  toBudgetDecision,
  toBudgetKey,
} from "./budget-question.ts";
export { type Cases, casesOf } from "./cases-of.ts";
export { checkpointName } from "./checkpoint-name.ts";
export type {
  AgentCode,
  Check,
  Checked,
  Code,
  Problem,
  TaskCall,
  TaskCode,
  ToolCode,
  ToolCodeCall,
} from "./code.ts";
export { CONVERSIONS, type Conversion } from "./conversions.ts";
export { toEffectText } from "./effect-text.ts";
export {
  type EffectiveOrchestra,
  effectiveOrchestra,
  OVERRIDABLE,
  type Overridable,
} from "./effective-orchestra.ts";
export { type Comparison, type Condition, type Expr, type Path, partsOf } from "./expr.ts";
export { isSkipping, isStage, type ModelFlag, STAGES, type Stage, stageAfter } from "./flag.ts";
export { harmoniesOf } from "./harmonies-of.ts";
export { toDeploymentHash, toHash } from "./hash.ts";
export { namedSecrets } from "./named-secrets.ts";
export { nodeAt } from "./node-at.ts";
export { orchestraFields, toSourceText } from "./orchestra-fields.ts";
export {
  type OrchestraPlan,
  type SchedulePlan,
  SECRET_NAME,
  type SecretSource,
  type TriggerPlan,
} from "./orchestra-plan.ts";
export {
  type AgentNode,
  type AgentPlan,
  type ArtifactNode,
  type Auto,
  type Body,
  type BranchNode,
  type Budget,
  type Caching,
  type CheckpointNode,
  type DeriveNode,
  type Effect,
  type Fallback,
  type Gate,
  type GateFailure,
  HIDDEN,
  type HttpMethod,
  type HttpNode,
  type Importance,
  type JsonSchema,
  type LoopNode,
  type MapNode,
  type OneOfNode,
  type OnFailure,
  type OnTimeout,
  type Ordered,
  PLAN_FORMAT,
  type Plan,
  type PlanNode,
  type Policy,
  type Reconstruct,
  type Retry,
  type ScoreNode,
  type Sharing,
  type ShellNode,
  type SwitchNode,
  type TaskNode,
  type TextNode,
  type WaitNode,
} from "./plan.ts";
export { playedAgents } from "./played-agents.ts";
export { isRemade, type Remaking, remakingOf } from "./remaking.ts";
export { agentOfRevision, toRevision } from "./revision.ts";
export {
  type Candidate,
  isBuiltIn,
  POLICIES,
  type PolicyName,
  type Route,
  type Situation,
  type Weighed,
} from "./routing.ts";
export { type SchemaPlace, schemaAt, typesOf } from "./schema-at.ts";
export { secretsOf } from "./secrets-of.ts";
export { type Trace, tracesOf } from "./traces-of.ts";
export { standInOf, type WaysOut, waysOut, waysOutOf } from "./ways-out.ts";
