import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { Redactor } from "../redactor.ts";
import type { Caller } from "./gateway.ts";
import type { ModelCall } from "./model-call.ts";
import { type Price, toMicroUsd } from "./prices.ts";
import type { Admitted } from "./rate-limit.ts";

type Stream = ReadableStream<LanguageModelV4StreamPart>;
type Usage = Extract<LanguageModelV4StreamPart, { type: "finish" }>["usage"];

interface Watching {
  readonly model: string;
  readonly price: Price | undefined;
  readonly caller: Caller;
  readonly redactor: Redactor;
  /** Where the provider's rate is limited. */
  readonly counted?: Admitted | undefined;
  /** What answers. */
  readonly source: ModelCall["source"];
}

/** Takes down what one call costs and how it ended, once. */
export class CallWatch {
  readonly #of: Watching;
  readonly #startedAt: number;
  #isOver = false;

  constructor(of: Watching) {
    this.#of = of;
    this.#startedAt = of.caller.now();
  }

  /** The same stream; `leave` is called when it is over, however that came. */
  through(stream: Stream, leave: () => void): Stream {
    const reader = stream.getReader();
    const end = (error: unknown) => {
      this.end(error);
      leave();
    };
    return new ReadableStream({
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (done) {
            end(new Error("the stream ended before the answer did"));
            return controller.close();
          }
          if (value.type === "finish") this.end(undefined, value.usage);
          if (value.type === "error") this.end(value.error);
          controller.enqueue(value);
        } catch (error) {
          end(error);
          controller.error(error);
        }
      },
      cancel(reason) {
        end(reason);
        return reader.cancel(reason);
      },
    });
  }

  /** The call is over: with what it cost, or with why it brought nothing. */
  end(error: unknown, usage?: Usage): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { model, caller, redactor, price, counted, source } = this.#of;
    const message = error instanceof Error ? error.message : String(error);
    const tokens = {
      inputTokens: usage?.inputTokens.total ?? 0,
      cachedTokens: usage?.inputTokens.cacheRead ?? 0,
      outputTokens: usage?.outputTokens.total ?? 0,
    };
    // What failed may have been counted there all the same: the estimate stays.
    if (usage) counted?.settle(tokens.inputTokens + tokens.outputTokens);
    caller.onCall({
      model,
      startedAt: this.#startedAt,
      durationMs: Math.max(0, caller.now() - this.#startedAt),
      ...tokens,
      reasoningTokens: usage?.outputTokens.reasoning ?? 0,
      ...(source === "live"
        ? price && { cost: { microUsd: toMicroUsd(tokens, price), prices: "config" } }
        : { cost: { microUsd: 0, prices: source } }),
      source,
      ...(error === undefined ? {} : { error: redactor.text(message) }),
    });
  }
}
