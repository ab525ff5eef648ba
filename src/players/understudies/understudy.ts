import type { HttpNode, JsonSchema, ShellNode } from "../../plan/index.ts";
import type { ToolResult } from "../models/memory.ts";

/** What answers a run in place of models, tools, requests and programs: nobody outside is asked, and nothing costs. */
export interface Understudy {
  readonly is: "cassette" | "rehearsal" | "script";
  /** What the model says. */
  answer(question: Question, role: Role): Answer | Promise<Answer>;
  /** What the tool gives. The arguments have been checked. */
  tool(use: ToolUsed, role: Role): ToolResult | Promise<ToolResult>;
  /**
   * What a request or a program brings.
   * @param asked what it is given, in which secrets are but names
   */
  outside(node: HttpNode | ShellNode, asked: unknown, role: Pick<Role, "step">): Brought | Promise<Brought>;
  /** What a person decides at this step; `undefined` when nobody is known to have decided. */
  decision?(step: string): { readonly value: unknown } | undefined;
  /** In which order models were asked for a value; `undefined` when that is not known. */
  route?(
    step: string,
    of: { readonly round: number; readonly failures: number },
  ): readonly string[] | undefined;
}

export type Brought =
  | { readonly output: unknown }
  | { readonly error: { readonly message: string; readonly code?: string; readonly isFinal?: true } };

/** Who asks. */
export interface Role {
  readonly step: string;
  readonly agent: string;
  /** Of the agent, as its author wrote it. */
  readonly output?: JsonSchema | undefined;
  /** It judges an artifact. */
  readonly isJudge: boolean;
}

/** One call of a model, without what differs from provider to provider. */
export interface Question {
  /** `provider/model`. */
  readonly model: string;
  readonly instructions: string;
  /** In its order, the instructions left out. */
  readonly said: readonly Said[];
  /** What the answer has to be; absent: a text. */
  readonly schema: JsonSchema | undefined;
  readonly tools: readonly OfferedTool[];
}

export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  readonly input: JsonSchema;
}

export type Said =
  | { readonly by: "user" | "model"; readonly text: string }
  | { readonly by: "model"; readonly calls: string; readonly with: unknown }
  | { readonly by: "tool"; readonly tool: string; readonly gave: unknown };

/** What a model has said in one call. */
export interface Answer {
  /** Empty when it only calls tools. */
  readonly text: string;
  readonly calls: readonly ToolCalled[];
  /** Why it ended: `stop`, `tool-calls`, `length`. */
  readonly finish: string;
  readonly usage: Usage;
}

export interface ToolCalled {
  readonly id: string;
  readonly tool: string;
  /** As the model wrote it: it may be no JSON. */
  readonly input: string;
}

export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  readonly reasoning: number;
}

export interface ToolUsed {
  readonly tool: string;
  readonly input: unknown;
}
