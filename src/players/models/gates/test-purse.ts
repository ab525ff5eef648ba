import { MaestroError } from "../../../diagnostics/index.ts";
import { boundOf } from "../bound-of.ts";
import type { ModelCall } from "../model-call.ts";
import type { Price } from "../prices.ts";
import type { Asked, Hold, Purse } from "../purse.ts";

/** Pays for calls that are no part of a run, up to a limit that they never pass: each is made when all it may cost is left. */
export class TestPurse implements Purse {
  readonly #price: Price | undefined;
  readonly #limit: number;
  #held = 0;
  #spent = 0;

  /** @param limit in micro-USD; it is kept where the price is known */
  constructor(price: Price | undefined, limit: number) {
    this.#price = price;
    this.#limit = limit;
  }

  priceOf(): Price | undefined {
    return this.#price;
  }

  async reserve(asked: Asked): Promise<Hold | undefined> {
    const { model, price } = asked;
    if (!price) return undefined;
    const bound = boundOf(price, asked);
    const left = this.#limit - this.#spent - this.#held;
    if (bound > left)
      throw new MaestroError("MR3098", { model, spent: this.#spent, bound, budget: this.#limit });
    this.#held += bound;
    let isHeld = true;
    return {
      bound,
      release: () => {
        if (isHeld) this.#held -= bound;
        isHeld = false;
      },
    };
  }

  /** A call is over. */
  settle({ cost }: ModelCall, hold: Hold | undefined): void {
    hold?.release();
    this.#spent += cost?.microUsd ?? 0;
  }
}
