import type { Recording } from "../understudies/recording.ts";
import type { Understudy } from "../understudies/understudy.ts";

/** One call of a model, however it ended, as it is kept. */
export interface ModelCall {
  /** `provider/model`. */
  readonly model: string;
  readonly startedAt: number;
  readonly durationMs: number;
  /** 0 where the provider does not say. */
  readonly inputTokens: number;
  /** Of `inputTokens`, those that were read from the provider's cache. */
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** Of `outputTokens`, those nobody sees. */
  readonly reasoningTokens: number;
  /** What it cost; absent when nobody has said what the model costs. */
  readonly cost?: { readonly microUsd: number; readonly prices: string };
  /** It may be billed, and nobody knows what it took: `cost` is the most that it may be. */
  readonly isUnknown?: true;
  readonly source: "live" | Understudy["is"];
  /** Of a model that was asked: what that was, and what it said. */
  readonly recording?: Recording;
  /** In words, when it brought no answer. */
  readonly error?: string;
}
