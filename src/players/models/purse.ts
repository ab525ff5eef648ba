import type { Price } from "./prices.ts";

/** What is known of a call before it is made. */
export interface Asked {
  /** `provider/model`. */
  readonly model: string;
  readonly price: Price | undefined;
  /** Of all that the provider is given: about the most that it can be. */
  readonly promptTokens: number;
  /** Absent: the answer has no end that anybody knows. */
  readonly maxTokens: number | undefined;
}

/** Who pays for the calls of one step. */
export interface Purse {
  /** What the model costs now; `undefined` when nobody has said. */
  priceOf(model: string): Price | undefined;
  /**
   * Before a call. Waits while what is left is held by calls under way. `undefined` when no budget counts it.
   * @throws MaestroError MR3076 or MR3098 when a budget does not allow it, MR3099 when nobody has said what the model costs
   */
  reserve(asked: Asked): Promise<Hold | undefined>;
}

/** What a call may cost, held back for it until it is over. */
export interface Hold {
  /** In micro-USD: what it may cost, as far as that is bounded. */
  readonly bound: number;
  /** Nothing was asked in the end: all of it is free again. No effect when the call has been settled. */
  release(): void;
}
