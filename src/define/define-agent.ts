import type { Duration } from "../support/duration.ts";
import type { Skill } from "./define-skill.ts";
import type { Tool } from "./define-tool.ts";
import { type Definition, defined } from "./definition.ts";
import type { RoutingName } from "./routing.ts";
import type { Schema } from "./schema.ts";
import { callSites } from "./site.ts";

declare const AGENT: unique symbol;

/** A reusable configuration of a model. `I` is what it may be given, `O` what it gives. */
export interface AgentDefinition<in I, out O> {
  readonly [AGENT]: (input: I) => O;
  readonly id: string;
}

/** An agent as its author wrote it. */
export interface AgentRecord extends Definition<"agent"> {
  readonly model: unknown;
  readonly fallback?: unknown;
  readonly tiers?: unknown;
  readonly routing?: unknown;
  readonly instructions: unknown;
  readonly input: unknown;
  readonly output: unknown;
  readonly tools?: unknown;
  readonly skills?: unknown;
  readonly temperature?: unknown;
  readonly maxTurns?: unknown;
  readonly maxTokens?: unknown;
  readonly budget?: unknown;
  readonly timeout?: unknown;
}

/**
 * What a model is told, given and asked for; the default export of a file in `agents/`. The instructions are its
 * system message, the input is given to it as JSON, and its answer has to fit the output schema.
 * @example
 * export default defineAgent({
 *   id: "writer",
 *   model: "anthropic/claude-sonnet",
 *   instructions: (input) => `You write short letters to ${input.company}.`,
 *   input: z.object({ company: z.string() }),
 *   output: z.object({ letter: z.string() }),
 *   timeout: "2m",
 * });
 */
export function defineAgent<II, IO, OI, OO>(definition: {
  /** Letters, digits, - and _. */
  readonly id: string;
  /** `provider/model`, or a name of the configuration's `models`. Needed unless there are `tiers`. */
  readonly model?: string;
  /**
   * Models in place of one, the weakest first. Where to begin is learnt from what gates said of past values; a gate with
   * `onFail: "escalate"`, and an attempt that failed, lead to the next. Two at least.
   */
  readonly tiers?: readonly [string, string, ...string[]];
  /** By which policy models are put in order: `"quality"`, `"balanced"`, `"economy"`, `"declared"`, or one of the configuration's. */
  readonly routing?: RoutingName;
  /** Models that are tried, in this order, when the first cannot be had. */
  readonly fallback?: readonly string[];
  /** What the model is told; a function when it depends on the input. */
  readonly instructions: string | ((input: NoInfer<IO>) => string);
  readonly input: Schema<IO, II>;
  readonly output: Schema<OO, OI>;
  /** Functions the model may call: those of `defineTool`, and `"server/tool"` for an MCP server's. */
  readonly tools?: readonly (Tool | string)[];
  /** Those of `defineSkill`: the model is told their instructions after the agent's own, and may call their tools. */
  readonly skills?: readonly Skill[];
  /** 0 to 2; the provider's default when absent. */
  readonly temperature?: number;
  /** Model calls of one step, those that answer tools included: 1 to 100. Default 10. */
  readonly maxTurns?: number;
  /** The most tokens that one call may give. */
  readonly maxTokens?: number;
  readonly budget?: {
    /** The most that one step may cost in US dollars, all its calls together. Beyond it the step fails. */
    readonly perCallUsd?: number;
    /** The most that all its steps in one run may cost, in US dollars. Beyond it a person is asked. */
    readonly perRunUsd?: number;
  };
  /** The longest one attempt may take; a node may say otherwise. */
  readonly timeout?: Duration;
}): AgentDefinition<II, OO> {
  return defined("agent", definition, callSites(defineAgent)) as unknown as AgentDefinition<II, OO>;
}
