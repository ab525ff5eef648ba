/**
 * Maestro: workflows as typed TypeScript.
 *
 * Write scores with `defineScore` and the node constructors, then `maestro validate` and `maestro run`.
 * @module maestro-ts
 */
import { registerCopy } from "./support/copies.ts";
import { version } from "./support/version.ts";

export { agent } from "./define/agent.ts";
export { artifact, type GateOptions, type Verdict } from "./define/artifact.ts";
export { checkpoint } from "./define/checkpoint.ts";
export { all, any, eq, gt, gte, includes, isPresent, lt, lte, ne, not } from "./define/condition.ts";
export { asJson, asLines, asText, frontMatter } from "./define/convert.ts";
export { type AgentDefinition, defineAgent } from "./define/define-agent.ts";
export {
  type Config,
  defineConfig,
  type McpServer,
  type ModelDemands,
  type ModelPrice,
  type ProviderOptions,
  type Telemetry,
} from "./define/define-config.ts";
export { defineOrchestra, type Orchestra, type Schedule } from "./define/define-orchestra.ts";
export { defineScore, type RunFailure, type Score, type ScoreKind } from "./define/define-score.ts";
export { defineSkill, type Skill } from "./define/define-skill.ts";
export { defineTask, type TaskDefinition } from "./define/define-task.ts";
export { defineTool, type Tool, type ToolCall } from "./define/define-tool.ts";
export { type Env, env } from "./define/env.ts";
export { type Conflict, type Harmony, harmony } from "./define/harmony.ts";
export { http } from "./define/http.ts";
export { type Input, input } from "./define/input.ts";
export { type LoopBody, loop } from "./define/loop.ts";
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
export {
  type Compatible,
  openaiCompatible,
  type ProviderLimits,
} from "./define/openai-compatible.ts";
export {
  type Attempts,
  type Auto,
  type AutoOptions,
  auto,
  type Caching,
  type FailureName,
  type FailurePolicy,
  type Fallback,
  fallback,
  type Order,
  type Policies,
  type Reconstruct,
  type RetryOptions,
  reconstruct,
  type Sharing,
  type Varied,
  type VariedBinding,
} from "./define/policy.ts";
export type { Bind, Out, Ref, Unbind } from "./define/ref.ts";
export type { RoutingName, RoutingOptions, RoutingPolicy } from "./define/routing.ts";
export type { InOf, OutOf, Schema } from "./define/schema.ts";
export { score } from "./define/score.ts";
export { secret } from "./define/secret.ts";
export { encrypted, fromCommand, type Source } from "./define/secret-source.ts";
export { type ShellResult, shell } from "./define/shell.ts";
export { runOf, type Trigger, webhook } from "./define/trigger.ts";
export { derive, oneOf, optional, text } from "./define/value.ts";
export { type Claim, fileExists, holds, urlAnswers, type Verification } from "./define/verify.ts";
export { wait } from "./define/wait.ts";
export type { HttpMethod } from "./plan/index.ts";
export type { Duration } from "./support/duration.ts";

// One file is one copy, with whatever query it is imported.
registerCopy({ url: import.meta.url.replace(/[?#].*$/, ""), version });
