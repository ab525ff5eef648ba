import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { CallWatch } from "../models/call-watch.ts";
import type { Caller } from "../models/gateway.ts";
import type { Model } from "../models/speak.ts";
import type { Redactor } from "../redactor.ts";
import { toQuestion } from "./to-question.ts";
import type { Answer, Role, Understudy } from "./understudy.ts";

/** Who answers, and to whom. */
export interface Casting {
  readonly understudy: Understudy;
  readonly role: Role;
}

/** A model's place, taken by an understudy: the conversation with it is the same. */
export function understudyModel(
  name: string,
  { understudy, role }: Casting,
  of: { readonly caller: Caller; readonly redactor: Redactor },
): Model {
  const { caller, redactor } = of;
  return {
    async ask(params) {
      caller.signal.throwIfAborted();
      const watch = new CallWatch({ model: name, price: undefined, caller, redactor, source: understudy.is });
      try {
        const question = toQuestion(name, params, caller);
        // As it was when it was recorded.
        const clean = redactor.value(caller.clean?.(question) ?? question) as typeof question;
        const answer = await understudy.answer(clean, role);
        return watch.through(toStream(answer), () => {});
      } catch (error) {
        watch.end(error);
        throw error;
      }
    },
  };
}

function toStream(answer: Answer): ReadableStream<LanguageModelV4StreamPart> {
  return new ReadableStream({
    start(controller) {
      for (const part of partsOf(answer)) controller.enqueue(part);
      controller.close();
    },
  });
}

function* partsOf({ text, calls, finish, usage }: Answer): Generator<LanguageModelV4StreamPart> {
  yield { type: "stream-start", warnings: [] };
  if (text !== "") {
    yield { type: "text-start", id: "0" };
    yield { type: "text-delta", id: "0", delta: text };
    yield { type: "text-end", id: "0" };
  }
  for (const { id, tool, input } of calls) yield { type: "tool-call", toolCallId: id, toolName: tool, input };
  yield {
    type: "finish",
    finishReason: { unified: finish as "stop", raw: undefined },
    usage: {
      inputTokens: {
        total: usage.input,
        noCache: usage.input - usage.cached,
        cacheRead: usage.cached,
        cacheWrite: undefined,
      },
      outputTokens: {
        total: usage.output,
        text: usage.output - usage.reasoning,
        reasoning: usage.reasoning,
      },
    },
  };
}
