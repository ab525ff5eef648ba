import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { Answer, ToolCalled } from "./understudy.ts";

/** What a model says, put together from its stream. */
export class AnswerHeard {
  #text = "";
  readonly #calls: ToolCalled[] = [];

  hear(part: LanguageModelV4StreamPart): void {
    if (part.type === "text-delta") this.#text += part.delta;
    else if (part.type === "tool-call")
      this.#calls.push({ id: part.toolCallId, tool: part.toolName, input: part.input });
  }

  end({ finishReason, usage }: Extract<LanguageModelV4StreamPart, { type: "finish" }>): Answer {
    const { inputTokens, outputTokens } = usage;
    return {
      text: this.#text,
      calls: this.#calls,
      finish: finishReason.unified,
      usage: {
        input: inputTokens.total ?? 0,
        output: outputTokens.total ?? 0,
        cached: inputTokens.cacheRead ?? 0,
        reasoning: outputTokens.reasoning ?? 0,
      },
    };
  }
}
