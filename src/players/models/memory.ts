import type { ModelMessage } from "ai";

/** What a conversation remembers, also when the process dies: what is in it was paid for and happened. */
export interface Memory {
  /** What was said, in order. */
  readonly messages: readonly ModelMessage[];
  /** The tools that were called, by the id of the call. */
  readonly tools: ReadonlyMap<string, PastTool>;
  /** The model that has said the last of what models said; absent where nobody knows. */
  readonly saidBy?: string | undefined;
  /**
   * Resolves when it is durable.
   * @param by the model that has said what models say of it
   */
  say(messages: readonly ModelMessage[], by: string): Promise<void>;
  /** Before a tool is called. Resolves when it is durable. */
  begin(call: ToolUse): Promise<void>;
  /** After it. */
  end(call: ToolUse, result: ToolResult): Promise<void>;
}

/** One call of a tool, as the model made it. */
export interface ToolUse {
  /** Unique in the conversation: ids of the model's are often used again. */
  readonly id: string;
  /** As the model named it. */
  readonly callId: string;
  readonly tool: string;
  readonly input: unknown;
}

/** What it gave, or why it gave nothing, in words. */
export type ToolResult = (
  | { readonly output: unknown }
  /** `isRefused`: nothing ran. */
  | { readonly error: string; readonly isRefused?: true }
) & { readonly durationMs?: number };

/** `result` is absent of one that was at work when the process ended. */
export interface PastTool {
  readonly tool: string;
  readonly result: ToolResult | undefined;
}
