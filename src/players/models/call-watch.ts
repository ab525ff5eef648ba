import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { Redactor } from "../redactor.ts";
import type { Caller } from "./gateway.ts";
import type { ModelCall } from "./model-call.ts";
import { type Price, type Tokens, toMicroUsd } from "./prices.ts";
import type { Hold } from "./purse.ts";
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
  /** What was held back for it. */
  readonly hold?: Hold | undefined;
}

/** Takes down what one call costs and how it ended, once. */
export class CallWatch {
  readonly #of: Watching;
  readonly #startedAt: number;
  #isOver = false;
  /** Its provider has begun to answer. */
  #isAnswered = false;

  constructor(of: Watching) {
    this.#of = of;
    this.#startedAt = of.caller.now();
  }

  /** What is said; `leave` is called when that is over, however it came. */
  through(stream: Stream, leave: () => void): AsyncIterable<LanguageModelV4StreamPart> {
    this.#isAnswered = true;
    return this.#parts(stream.getReader(), leave);
  }

  async *#parts(
    reader: ReadableStreamDefaultReader<LanguageModelV4StreamPart>,
    leave: () => void,
  ): AsyncGenerator<LanguageModelV4StreamPart> {
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        if (value.type === "finish") this.end(undefined, value.usage);
        if (value.type === "error") this.end(value.error);
        yield value;
      }
    } catch (error) {
      this.end(error);
      throw error;
    } finally {
      this.end(new Error("the stream ended before the answer did"));
      leave();
      reader.cancel().catch(() => {});
    }
  }

  /** The call is over: with what it cost, or with why it brought nothing. */
  end(error: unknown, usage?: Usage): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { model, caller, redactor, hold, counted, source } = this.#of;
    const message = error instanceof Error ? error.message : String(error);
    const tokens = {
      inputTokens: usage?.inputTokens.total ?? 0,
      cachedTokens: usage?.inputTokens.cacheRead ?? 0,
      outputTokens: usage?.outputTokens.total ?? 0,
      reasoningTokens: usage?.outputTokens.reasoning ?? 0,
    };
    // What failed may have been counted there all the same: the estimate stays.
    if (usage) counted?.settle(tokens.inputTokens + tokens.outputTokens);
    const call = {
      model,
      startedAt: this.#startedAt,
      durationMs: Math.max(0, caller.now() - this.#startedAt),
      ...tokens,
      ...this.#costOf(usage && tokens),
      source,
      ...(error === undefined ? {} : { error: redactor.text(message) }),
    };
    caller.onCall(call, this.#isAnswered ? hold : undefined);
  }

  /** What counts against a budget and was cut off counts as the most that it may have cost: its provider bills it. */
  #costOf(tokens: Tokens | undefined): Pick<ModelCall, "cost"> {
    const { price, hold, source } = this.#of;
    if (source !== "live") return { cost: { microUsd: 0, prices: source } };
    if (!price) return {};
    const microUsd = tokens ? toMicroUsd(tokens, price) : this.#isAnswered && hold ? hold.bound : 0;
    return { cost: { microUsd, prices: price.id } };
  }
}
