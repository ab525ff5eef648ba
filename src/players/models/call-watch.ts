import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { MaestroError } from "../../diagnostics/index.ts";
import { toStorable } from "../../support/to-storable.ts";
import type { Redactor } from "../redactor.ts";
import { AnswerHeard } from "../understudies/answer-heard.ts";
import { askedIn, inputOf, type Recording } from "../understudies/recording.ts";
import type { Question } from "../understudies/understudy.ts";
import { boundOf } from "./bound-of.ts";
import { AnswerTooLarge } from "./capped-fetch.ts";
import type { Caller } from "./gateway.ts";
import { isUnheard } from "./lane.ts";
import type { ModelCall } from "./model-call.ts";
import { type Price, type Tokens, toMicroUsd } from "./prices.ts";
import type { Hold } from "./purse.ts";
import type { Admitted } from "./rate-limit.ts";

type Stream = ReadableStream<LanguageModelV4StreamPart>;
type Finish = Extract<LanguageModelV4StreamPart, { type: "finish" }>;

const NONE: Tokens = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 };
/** English prose has about four, JSON and code about three. */
const BYTES_PER_TOKEN = 3;
/** No model takes more: what says so is no count. */
const MOST_TOKENS = 1e9;

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
  /** The most that what is asked may cost, in micro-USD, and what is answered where that has an end. */
  readonly most?: (() => { readonly microUsd: number; readonly isBounded: boolean }) | undefined;
  /** What is asked, to be kept with the answer. */
  readonly question?: Question | undefined;
}

/**
 * Takes down what one call costs and how it ended, once. One that is told to end has ended then, whatever its provider makes
 * of that: its bill is part of its attempt.
 */
export class CallWatch {
  readonly #of: Watching;
  readonly #startedAt: number;
  readonly #heard = new AnswerHeard();
  #heardBytes = 0;
  #isOver = false;
  /** Its provider has begun to answer. */
  #isAnswered = false;
  /** It was asked, and nobody heard what it made of that. */
  #isAsked = false;
  #reader: ReadableStreamDefaultReader<LanguageModelV4StreamPart> | undefined;
  #giveUp: (reason: unknown) => void = () => {};

  constructor(of: Watching) {
    this.#of = of;
    this.#startedAt = of.caller.now();
    of.caller.signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => {
    const { reason } = this.#of.caller.signal;
    this.end(reason);
    this.#giveUp(reason);
    // What is waited for is over, also of a provider that does not listen.
    this.#reader?.cancel(reason).catch(() => {});
  };

  /** Waits for a provider's stream to begin, as long as nobody tells it to end. */
  begun(asking: PromiseLike<{ readonly stream: Stream }>): Promise<Stream> {
    return new Promise((resolve, reject) => {
      this.#giveUp = reject;
      asking.then(({ stream }) => {
        if (this.#isOver) stream.cancel().catch(() => {});
        else resolve(stream);
      }, reject);
    });
  }

  /** What is said; `leave` is called when that is over, however it came. */
  through(stream: Stream, leave: () => void): AsyncIterable<LanguageModelV4StreamPart> {
    this.#isAnswered = true;
    this.#reader = stream.getReader();
    return this.#parts(this.#reader, leave);
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
        if ("delta" in value) this.#heardBytes += Buffer.byteLength(value.delta);
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
  end(reason: unknown, finish?: Finish): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const error = AnswerTooLarge.in(reason) ?? reason;
    this.#isAsked = isUnheard(error);
    const { model, caller, redactor, hold, counted, source } = this.#of;
    caller.signal.removeEventListener("abort", this.#onAbort);
    const message = error instanceof Error ? error.message : String(error);
    const said = finish && saidIn(finish);
    const tokens = said ?? NONE;
    // What failed may have been counted there all the same: the estimate stays.
    if (said) counted?.settle(tokens.inputTokens + tokens.outputTokens);
    const call = {
      model,
      startedAt: this.#startedAt,
      durationMs: Math.max(0, caller.now() - this.#startedAt),
      ...tokens,
      ...this.#costOf(said),
      ...(this.#isLast && !said ? { isUnknown: true as const } : {}),
      source,
      ...this.#recording(error, finish),
      ...(error === undefined ? {} : { error: toStorable(redactor.text(message)) }),
    };
    caller.onCall(call, this.#isLast ? hold : undefined);
  }

  /** Its provider has said something, or is or was at it: nobody asks it again with what is held, and it bills what it did. */
  get #isLast(): boolean {
    return this.#isAnswered || this.#isAsked || this.#of.caller.signal.aborted;
  }

  /** What was cut off, and what its provider says nothing of, counts as the most that it may have cost: it is billed. */
  #costOf(tokens: Tokens | undefined): Pick<ModelCall, "cost"> {
    const { price, source } = this.#of;
    if (source !== "live") return { cost: { microUsd: 0, prices: source } };
    if (!price) return {};
    const microUsd = tokens ? toMicroUsd(tokens, price) : this.#isLast ? this.#mostOf(price) : 0;
    return { cost: { microUsd, prices: price.id } };
  }

  #mostOf(price: Price): number {
    const { hold, most } = this.#of;
    const { microUsd, isBounded } = most?.() ?? { microUsd: 0, isBounded: true };
    const bound = Math.max(hold?.bound ?? 0, microUsd);
    if (isBounded) return bound;
    // Of an answer without an end, what was heard of it.
    return (
      bound + boundOf(price, { promptTokens: 0, maxTokens: Math.ceil(this.#heardBytes / BYTES_PER_TOKEN) })
    );
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

/** What the provider says that it took; `undefined` when it does not say, or says what cannot be. */
function saidIn({ usage: { inputTokens, outputTokens } }: Finish): Tokens | undefined {
  const [input, output] = [toCount(inputTokens.total), toCount(outputTokens.total)];
  if (input === undefined || output === undefined) return undefined;
  return {
    inputTokens: input,
    cachedTokens: Math.min(input, toCount(inputTokens.cacheRead) ?? 0),
    outputTokens: output,
    reasoningTokens: Math.min(output, toCount(outputTokens.reasoning) ?? 0),
  };
}

function toCount(said: unknown): number | undefined {
  return typeof said === "number" && said >= 0 && said <= MOST_TOKENS ? Math.ceil(said) : undefined;
}
