import { MaestroError } from "../../diagnostics/index.ts";
import { boundOf } from "./bound-of.ts";
import type { ModelCall } from "./model-call.ts";
import type { Price, Tokens } from "./prices.ts";
import type { Asked, Hold, Purse } from "./purse.ts";

/** What is to be added to what is written down of calls that are no part of a run; it may take away. */
export interface Noted extends Tokens {
  readonly at: number;
  readonly calls: number;
  readonly microUsd: number;
  readonly unpriced: number;
  readonly failed: number;
}

export interface AsidePaying {
  /** What was spent and is held, in micro-USD. Several may share it. */
  readonly account: { microUsd: number };
  readonly most: number;
  /** Asks no model of unknown price: what may be spent on it could not be kept. */
  readonly isPriced: boolean;
  readonly priceOf: (model: string) => Price | undefined;
  readonly now: () => number;
  /** Resolves when it is durable. */
  readonly write: (noted: Noted) => Promise<void>;
}

/** What is held for one call, and when that was written down. */
interface AsideHold extends Hold {
  readonly at: number;
  /** Once: no effect afterwards. */
  end(): boolean;
}

const NONE = {
  ...{ inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 },
  ...{ unpriced: 0, failed: 0 },
};

/**
 * Pays for calls that are no part of a run. A call is made when all that it may cost is left, and is written down as that before it
 * is made: what it has cost less is put right when it is over, so that a process that is killed leaves no bill uncounted.
 */
export class AsidePurse implements Purse {
  readonly #paying: AsidePaying;

  constructor(paying: AsidePaying) {
    this.#paying = paying;
  }

  priceOf(model: string): Price | undefined {
    return this.#paying.priceOf(model);
  }

  /** @throws MaestroError MR3098, MR3099; what `write` throws */
  async reserve(asked: Asked): Promise<AsideHold> {
    const { account, most, isPriced, now, write } = this.#paying;
    const { model, price } = asked;
    if (isPriced && !price) throw new MaestroError("MR3099", { model });
    const bound = price ? boundOf(price, asked) : 0;
    const spent = account.microUsd;
    if (price && spent + bound > most)
      throw new MaestroError("MR3098", { model, spent, bound, budget: most });
    account.microUsd += bound;
    const at = now();
    const unpriced = price ? 0 : 1;
    let isHeld = true;
    const end = () => {
      const was = isHeld;
      isHeld = false;
      if (was) account.microUsd -= bound;
      return was;
    };
    const release = () => {
      if (end()) this.#note({ ...NONE, at, calls: -1, microUsd: -bound, unpriced: -unpriced });
    };
    try {
      await write({ ...NONE, at, calls: 1, microUsd: bound, unpriced });
    } catch (error) {
      end();
      throw error;
    }
    return { bound, at, end, release };
  }

  /** A call is over. */
  settle({ cost, error, isUnknown: isBilled, ...tokens }: ModelCall, hold: Hold | undefined): void {
    const held = hold as AsideHold | undefined;
    const microUsd = cost?.microUsd ?? 0;
    const isHeld = held?.end() ?? false;
    this.#paying.account.microUsd += microUsd;
    const { inputTokens, cachedTokens, outputTokens, reasoningTokens } = tokens;
    const isUnknown = !cost && (inputTokens + outputTokens > 0 || isBilled === true);
    this.#note({
      at: held?.at ?? this.#paying.now(),
      calls: isHeld ? 0 : 1,
      microUsd: microUsd - (isHeld ? held!.bound : 0),
      ...{ inputTokens, cachedTokens, outputTokens, reasoningTokens },
      unpriced: (isUnknown ? 1 : 0) - (isHeld && !cost ? 1 : 0),
      failed: error === undefined ? 0 : 1,
    });
  }

  /** A store that fails is met by what is written next. */
  #note(noted: Noted): void {
    this.#paying.write(noted).catch(() => {});
  }
}
