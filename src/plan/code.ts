import type { JsonSchema } from "./plan.ts";

/** What a schema of any library says about a value. */
export type Checked = { readonly value: unknown } | { readonly problems: readonly Problem[] };

/** One thing wrong with a value. `path` is written as in source, `leads[3].mail`, and empty for the value itself. */
export interface Problem {
  readonly path: string;
  readonly detail: string;
  /** What stands there, in a word: `string`, `array`, `null`, `undefined`. */
  readonly type: string;
}

export type Check = (value: unknown) => Checked | Promise<Checked>;

/** The parts of a task that are code: its function and its two checks. */
export interface TaskCode {
  readonly run: (call: TaskCall) => unknown;
  readonly checkInput?: Check;
  readonly checkOutput?: Check;
  /** What else has to hold when it says that it is done: `true`, or in words why not. */
  readonly verify?: readonly ((claim: {
    readonly input: unknown;
    readonly output: unknown;
    readonly signal: AbortSignal;
  }) => unknown)[];
}

/** The parts of an agent that are code. */
export interface AgentCode {
  /** Absent when they are plain text: then the plan has them. */
  readonly instructions?: (input: unknown) => unknown;
  readonly checkInput?: Check;
  readonly checkOutput?: Check;
  readonly tools: readonly ToolCode[];
}

/** A function that a model may call. */
export interface ToolCode {
  readonly name: string;
  /** Tells the model what it is for. */
  readonly description: string;
  /** It changes something outside: it is not called again when nobody knows whether it did. */
  readonly effects: boolean;
  /** Schema of its arguments, for the model. */
  readonly input: JsonSchema;
  /** The longest one call may take. */
  readonly timeoutMs: number;
  /** What is kept of its result, as JSON. */
  readonly maxResultBytes: number;
  /** Names of those it is given. */
  readonly secrets: readonly string[];
  readonly run: (call: ToolCodeCall) => unknown;
  readonly checkInput: Check;
  readonly checkOutput?: Check;
  /** What does not hold of arguments that fit, in words; absent of one that takes them all. */
  readonly refusal?: (input: unknown) => string | undefined | Promise<string | undefined>;
}

/** What a tool's function is given. */
export interface ToolCodeCall {
  readonly input: unknown;
  readonly secrets: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly idempotencyKey: string;
}

/** What a task's function is given. */
export interface TaskCall {
  readonly input: unknown;
  /** The secrets the task names, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Set off when the attempt times out or the run is stopped. */
  readonly signal: AbortSignal;
  /** The same for every attempt of this step, `run_…/step`; pass it on to services that accept one. */
  readonly idempotencyKey: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** How often a gate with `onFail: "escalate"` was not content with what this task made: 0 at first. */
  readonly escalation: number;
  /** Writes a line to the run's log. `data` has to be JSON. */
  readonly log: (message: string, data?: unknown) => void;
  /** Tells screens how far this attempt is: `done` of `total`. Not stored. */
  readonly progress: (done: number, total: number) => void;
}

/** The functions of one score, which JSON cannot carry. `PlanNode.code` is an index into these. */
export interface Code {
  readonly checkInput: Check | undefined;
  readonly tasks: readonly TaskCode[];
  readonly derives: readonly ((...values: unknown[]) => unknown)[];
  readonly agents: readonly AgentCode[];
  /** Of answers, states, decisions and artifacts; `undefined` for those without a schema. */
  readonly checks: readonly (Check | undefined)[];
}
