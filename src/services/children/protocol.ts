import type { Plan, ToolCode } from "../../plan/index.ts";

/**
 * Owner and child speak lines over a socket, many at a time. A line is a letter and fields between tabs; the last may be
 * JSON, which has neither tabs nor line breaks in it, so that what a task gives is written down as it came.
 *
 * To the child:
 *   p id score task attempt escalation timeoutMs key secrets input   play an attempt
 *   s id reason                                           tell an attempt, or a tool, to end
 *   c id score path missing arguments                     call a function; `missing` are the arguments that are undefined
 *   q                                                     nothing more is to come
 * To the owner, each behind the token of `Hello`, which author code does not know:
 *   r scores     ready                  x failure   the code cannot be loaded
 *   k id json    it gave this           u id        it gave nothing
 *   f id error   it failed              t id        it was told to end
 *   l id line    a line of its log      g id of     how far it is
 *   z            something does not end: give it nothing more
 */
export const LINE_FD = 3;
/** What a child says right before it ends, at once: lines of JSON. */
export const LAST_WORDS_FD = 4;

/** The first line to a child. */
export interface Hello {
  readonly token: string;
  /** The deployment's code. */
  readonly codeFile: string;
  readonly memoryMb: number;
}

/** A score of the deployment as plain data; the first is the deployment's own. */
export interface ScoreFacts {
  readonly plan: Plan;
  /** Those that its nodes play: their places in the list, by id. */
  readonly scores: Readonly<Record<string, number>>;
  readonly hasInput: boolean;
  /** Which of its tasks check their output, and which of its checks there are. */
  readonly tasks: readonly boolean[];
  readonly checks: readonly boolean[];
  readonly derives: number;
  readonly agents: readonly AgentFacts[];
}

/** Which functions an agent has, and what a model is told of its tools. */
export interface AgentFacts {
  readonly hasInstructions: boolean;
  readonly hasInput: boolean;
  readonly hasOutput: boolean;
  readonly tools: readonly ToolFacts[];
}

/** Of a tool what is no function, and which of its checks there are. */
export interface ToolFacts extends Omit<ToolCode, "run" | "checkInput" | "checkOutput" | "refusal"> {
  readonly hasOutput: boolean;
  readonly hasRefusal: boolean;
}

/** Why its code could not be loaded. */
export interface LoadFailure {
  readonly name: string;
  readonly detail: string;
  readonly stack: string;
}

export type LastWords =
  /** The code of `job` ended the process. */
  | { readonly is: "exit"; readonly code: number; readonly job?: number }
  | { readonly is: "threw"; readonly name: string; readonly detail: string; readonly job?: number }
  | { readonly is: "memory"; readonly usedMb: number; readonly mostMb: number };

/** Is a function of a score, by its path, one that looks at a value? */
export function isCheck(path: string): boolean {
  return /(?:^|\/)check(?:s\/|[A-Z])/.test(path);
}
