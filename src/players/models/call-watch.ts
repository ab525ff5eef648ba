import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { MaestroError } from "../../diagnostics/index.ts";
import type { Redactor } from "../redactor.ts";
import { AnswerHeard } from "../understudies/answer-heard.ts";
import { askedIn, inputOf, type Recording } from "../understudies/recording.ts";
import type { Question } from "../understudies/understudy.ts";
import type { Caller } from "./gateway.ts";
import type { ModelCall } from "./model-call.ts";
import { type Price, type Tokens, toMicroUsd } from "./prices.ts";
import type { Hold } from "./purse.ts";
import type { Admitted } from "./rate-limit.ts";

type Stream = ReadableStream<LanguageModelV4StreamPart>;
type Finish = Extract<LanguageModelV4StreamPart, { type: "finish" }>;

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
  /** What is asked, to be kept with the answer. */
  readonly question?: Question | undefined;
}

/** Takes down what one call costs and how it ended, once. */
export class CallWatch {
  readonly #of: Watching;
  readonly #startedAt: number;
  readonly #heard = new AnswerHeard();
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
        this.#heard.hear(value);
        if (value.type === "finish") this.end(undefined, value);
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
  end(error: unknown, finish?: Finish): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { model, caller, redactor, hold, counted, source } = this.#of;
    const usage = finish?.usage;
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
      ...this.#recording(error, finish),
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

  /** A call that was told to end has nothing that could be played again. */
  #recording(error: unknown, finish: Finish | undefined): { readonly recording?: Recording } {
    const { question: given, caller, redactor } = this.#of;
    if (!given || caller.signal.aborted) return {};
    const clean = <T>(value: T) => redactor.value(caller.clean?.(value) ?? value) as T;
    const question = clean(given);
    const of = { asked: askedIn(question), input: inputOf(question) };
    if (finish) return { recording: { ...of, answer: clean(this.#heard.end(finish)) } };
    const { status, isTransient = true } = Object(error instanceof MaestroError ? error.facts : {}) as {
      readonly status?: number;
      readonly isTransient?: boolean;
    };
    const detail = clean(error instanceof Error ? error.message : String(error));
    return {
      recording: { ...of, failure: { ...(status === undefined ? {} : { status }), detail, isTransient } },
    };
  }
}
