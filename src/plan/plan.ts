import type { Json } from "../support/json.ts";
import type { Conversion } from "./conversions.ts";
import type { Condition, Expr } from "./expr.ts";

/** JSON Schema, draft 2020-12, as the schema's own library wrote it. */
export type JsonSchema = { readonly [key: string]: Json };

/** The newest form of plans that this version knows. */
export const PLAN_FORMAT = 1;

/**
 * What a score compiles to: plain JSON, the contract between compiler and engine.
 * Nodes stand in the order in which the author listed them.
 */
export interface Plan {
  /** Goes up when it says what an earlier version could not leave out. */
  readonly format: 1;
  readonly score: string;
  readonly title?: string;
  /** What it is for. */
  readonly kind?: "outreach" | "content" | "seo";
  /** Schema of the run's input, as callers give it. Absent: the score takes none. */
  readonly input?: JsonSchema;
  readonly body: Body;
  /** Steps of one run that may be under way at once. */
  readonly concurrency: number;
  /** The longest a run may take, waiting included. */
  readonly timeoutMs?: number;
  /** How many runs may be under way at once; absent: any number. */
  readonly runs?: { readonly max: number };
  /** Absent: none. The configuration may limit how many runs with one of them are under way. */
  readonly tags?: readonly string[];
  /** In the order in which they come: nodes of one begin when those of all before have settled. Absent: none. */
  readonly phases?: readonly string[];
  /** How much may be left out or replaced where a node says `auto`; absent: normal. */
  readonly risk?: "low" | "high";
  /** The policy by which agents' models are put in order, where nodes and agents say none. */
  readonly routing?: string;
  /** Played when a run fails; its `item` is what went wrong: `{ message, code, step }`. */
  readonly onError?: Body;
  /** What it may cost. */
  readonly budget?: Budget;
  /** The agents that nodes and gates use, by id. */
  readonly agents?: Readonly<Record<string, AgentPlan>>;
}

/** What may be spent on models, in micro-USD; absent: anything. */
export interface Budget {
  /** One run, with those that it plays. */
  readonly perRunMicroUsd?: number;
  /** All its runs of one day, in UTC. */
  readonly perDayMicroUsd?: number;
}

/** Nodes that are played together, and what comes out of them. */
export interface Body {
  readonly nodes: Readonly<Record<string, PlanNode>>;
  readonly output: Expr;
  /** `each` gives one node: its steps are named after the item or turn alone, `drafts/3`. */
  readonly single?: true;
}

export type PlanNode =
  | TaskNode
  | AgentNode
  | HttpNode
  | ShellNode
  | ScoreNode
  | MapNode
  | LoopNode
  | BranchNode
  | SwitchNode
  | WaitNode
  | CheckpointNode
  | ArtifactNode
  | TextNode
  | OneOfNode
  | DeriveNode;

export interface Ordered {
  /** Played only when this is true; skipped otherwise. */
  readonly when?: Condition;
  /** Nodes of the same scope that have to have settled first. */
  readonly after?: readonly string[];
  /** Also played when nodes in `after` were skipped. */
  readonly onSkip?: "run";
  /** One of the plan's `phases`; only the score's own nodes have one. */
  readonly phase?: string;
}

/** What a step shares with those of all runs. It begins when all of it is free. */
export interface Sharing {
  /** How much it takes of each resource while it is at work, by name. */
  readonly resources?: Readonly<Record<string, number>>;
  readonly tags?: readonly string[];
}

/** A result that other runs of the same deployment take instead of playing the step. */
export interface Caching {
  readonly ttlMs: number;
  /** What tells one result from another; absent: all that the step is given. */
  readonly key?: Expr;
}

/** What a node does when it goes wrong. */
export interface Policy extends Sharing {
  readonly retry?: Retry | "never";
  /** The longest one attempt may take. */
  readonly timeoutMs?: number;
  readonly importance?: Importance;
  readonly onFailure?: OnFailure;
}

/** How much a run loses without the node; absent: normal. */
export type Importance = "critical" | "high" | "low";

/**
 * What becomes of a node that has failed for good. Absent: the run fails.
 * `skip` leaves a gap that is marked in the run.
 */
export type OnFailure = "skip" | Fallback | Reconstruct | Auto;

/** Another node of the same scope, played for this and nothing else, stands in; or a value does. */
export type Fallback =
  | { readonly is: "fallback"; readonly node: string }
  | { readonly is: "fallback"; readonly value: Expr };

/** The output is built from that of `from`, a node of the same scope, by a task, when the run has it. */
export interface Reconstruct {
  readonly is: "reconstruct";
  readonly from: string;
  readonly task: string;
  /** What the task gives. */
  readonly output?: JsonSchema;
  /** Names of the secrets its function is given. */
  readonly secrets?: readonly string[];
  readonly code: number;
}

/** What to do is chosen when it happens, among these, one more attempt where the node has a `retry`, and failing. */
export interface Auto {
  readonly is: "auto";
  readonly fallback?: Fallback;
  readonly reconstruct?: Reconstruct;
  readonly skip?: true;
}

/** Up to `attempts` tries in all; the wait after the n-th failure is drawn from 0 … min(`maxBackoffMs`, `backoffMs` × 2^(n−1)), or is that without `jitter`. A service that asks for longer is given it unless `isBackoffCapped`. */
export interface Retry {
  readonly attempts: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  readonly isBackoffCapped?: true;
  readonly jitter: boolean;
  /** Codes and names of errors: no other failure is tried again. Absent: every one is that may end otherwise. */
  readonly on?: readonly string[];
  /** What is laid over the input of the second attempt, the third and so on; the last one holds for the rest. */
  readonly vary?: readonly Expr[];
}

/** What has to be there when a task says that it is done; a `check` is a function, in its `TaskCode`. */
export type Effect =
  | {
      readonly is: "file" | "url";
      /** Where it is, or where in the task's own output that stands. */
      readonly at: { readonly text: string } | { readonly path: readonly (string | number)[] };
    }
  | { readonly is: "check" };

export interface TaskNode extends Ordered, Policy {
  readonly cache?: Caching;
  /** Absent: what it says is taken. */
  readonly verify?: readonly Effect[];
  readonly kind: "task";
  /** Id of the `defineTask` it uses; absent when it was written in place. */
  readonly task?: string;
  readonly input: Expr;
  readonly output?: JsonSchema;
  /** Names of the secrets its function is given. */
  readonly secrets?: readonly string[];
  /** Where its functions and schemas are: an index into `Code.tasks`. */
  readonly code: number;
}

export interface AgentNode extends Ordered, Policy {
  readonly kind: "agent";
  /** A key of the plan's `agents`. */
  readonly agent: string;
  /** The policy by which its models are put in order. Absent: the agent's, the score's, the configuration's. */
  readonly routing?: string;
  readonly input: Expr;
  /** Names of the secrets its tools are given. */
  readonly secrets?: readonly string[];
}

/** A model with its instructions, tools and limits. */
export interface AgentPlan {
  /** `provider/model`, or a name of the configuration's `models`. Of `tiers` the first. */
  readonly model: string;
  /** The weakest first. A gate that asks for a better value is given one of the next. */
  readonly tiers?: readonly string[];
  readonly routing?: string;
  /** Tried in this order when the model cannot be had. */
  readonly fallback?: readonly string[];
  /** Absent when they are a function of the input. */
  readonly instructions?: string;
  readonly input?: JsonSchema;
  readonly output?: JsonSchema;
  /** Names of tools, those of its skills included; of an MCP server's as `server/tool`. */
  readonly tools?: readonly string[];
  /** Ids of the skills whose instructions and tools are among its own. */
  readonly skills?: readonly string[];
  readonly temperature?: number;
  /** Model calls of one step, those that answer tools included. */
  readonly maxTurns?: number;
  /** Tokens one call may give. */
  readonly maxTokens?: number;
  /** The most that one step may cost, all its calls together. */
  readonly perCallMicroUsd?: number;
  /** The most that its steps may cost in one run, all together. */
  readonly perRunMicroUsd?: number;
  readonly timeoutMs?: number;
  /** An index into `Code.agents`. */
  readonly code: number;
}

export interface HttpNode extends Ordered, Policy {
  readonly cache?: Caching;
  readonly kind: "http";
  readonly method: HttpMethod;
  readonly url: Expr;
  readonly query?: Expr;
  readonly headers?: Expr;
  /** Sent as JSON; a string as it is. */
  readonly body?: Expr;
  /** The header that carries the step's idempotency key. */
  readonly idempotencyHeader?: string;
  /** Its author says that sending it twice does what sending it once does. */
  readonly idempotent?: true;
  readonly output?: JsonSchema;
  /** An index into `Code.checks`. */
  readonly code: number;
}
export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface ShellNode extends Ordered, Policy {
  readonly cache?: Caching;
  readonly kind: "shell";
  /** Program and arguments, each a string; or, with `script`, absent. */
  readonly command?: Expr;
  /** Text for `/bin/sh -c`. */
  readonly script?: Expr;
  readonly cwd?: Expr;
  readonly env?: Expr;
  readonly stdin?: Expr;
  readonly idempotent?: true;
}

/** Another score, as a run of its own. */
export interface ScoreNode extends Ordered, Policy {
  readonly kind: "score";
  readonly score: string;
  readonly input: Expr;
  /** How many runs of the same score may stand above one; absent: none. */
  readonly maxDepth?: number;
}

export interface MapNode extends Ordered {
  readonly kind: "map";
  readonly over: Expr;
  readonly maxItems: number;
  /** Items under way at once; absent: as many as the run allows. */
  readonly concurrency?: number;
  readonly onItemError: "fail" | "collect";
  readonly importance?: Importance;
  readonly onFailure?: OnFailure;
  readonly body: Body;
}

/** Plays its body again and again; each turn's `item` is the state, the body's output is the next. */
export interface LoopNode extends Ordered {
  readonly kind: "loop";
  readonly start: Expr;
  readonly max: number;
  /** Looked at after each turn, in the body's scope. */
  readonly until: Condition;
  /** What happens when `max` turns did not make `until` true; absent: the node fails. */
  readonly onMax?: "last";
  readonly state?: JsonSchema;
  /** An index into `Code.checks`, for the state. */
  readonly code: number;
  readonly importance?: Importance;
  readonly onFailure?: OnFailure;
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

/** Ends after `forMs`, or at `until`, an instant as ISO 8601 text. */
export interface WaitNode extends Ordered {
  readonly kind: "wait";
  readonly forMs?: number;
  readonly until?: Expr;
}

/** Asks a person. Its output is the decision. */
export interface CheckpointNode extends Ordered {
  readonly kind: "checkpoint";
  readonly title: Expr;
  readonly show?: Expr;
  readonly decision?: JsonSchema;
  readonly assignee?: string;
  /** Absent: it waits for ever. */
  readonly timeoutMs?: number;
  readonly onTimeout?: OnTimeout;
  readonly importance?: Importance;
  readonly onFailure?: OnFailure;
  /** An index into `Code.checks`, for the decision. */
  readonly code: number;
}
/** `reject`: the node fails; `skip`: it leaves a gap; or it is decided like this. */
export type OnTimeout = "reject" | "skip" | { readonly decide: Json };

/** A value worth keeping, with a name, after it has passed its gates. Its output is the value. */
export interface ArtifactNode extends Ordered, Policy {
  readonly kind: "artifact";
  readonly name: Expr;
  readonly value: Expr;
  readonly gates: readonly Gate[];
  readonly output?: JsonSchema;
  /** An index into `Code.checks`. */
  readonly code: number;
}

/** A judge of an artifact: a task or an agent that gives `{ score }` from 0 to 1. */
export interface Gate {
  readonly by:
    | {
        readonly task: string;
        readonly code: number /** As of a task. */;
        readonly secrets?: readonly string[];
      }
    | { readonly agent: string; readonly secrets?: readonly string[] };
  /** The least score that passes. */
  readonly min: number;
  readonly onFail: GateFailure;
  /** Of `onFail: "checkpoint"`: how long the person has, and where the decision is checked, an index into `Code.checks`. */
  readonly review?: {
    readonly timeoutMs?: number;
    /** Absent: `reject`, the node fails. */
    readonly onTimeout?: "accept" | "reject";
    readonly code: number;
  };
}
/** `retry`: what made the value is played again; `escalate`: with a stronger model; `checkpoint`: a person decides. */
export type GateFailure = "fail" | "retry" | "escalate" | "checkpoint";

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
  /** It is a conversion of Maestro's own, to this shape; with the schema of what it gives. */
  readonly convert?: {
    readonly to: Conversion;
    readonly output?: JsonSchema;
  };
  /** It says whether artifacts of the score agree. */
  readonly harmony?: {
    /** Their nodes, in the order in which they are compared. */
    readonly artifacts: readonly string[];
    /** `report`: the run goes on, and says so. */
    readonly onConflict: "fail" | "report";
  };
  readonly code: number;
}

/** Names beginning like this were given by the compiler to what has none; they are shown nowhere. */
export const HIDDEN = "~";
