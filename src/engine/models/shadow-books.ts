import { MaestroError } from "../../diagnostics/index.ts";
import { boundOf } from "../../players/models/bound-of.ts";
import type { ModelCall } from "../../players/models/model-call.ts";
import type { Price } from "../../players/models/prices.ts";
import type { Asked, Hold, Purse } from "../../players/models/purse.ts";
import type { AsideRow, ModelStore } from "../../store/model-store.ts";

const DAY_MS = 86_400_000;

/** What shadows of one model have cost today, and hold. */
interface Day {
  readonly day: number;
  readonly loading: Promise<void>;
  microUsd: number;
}

type Asides = Pick<ModelStore, "spentBeside" | "addAside">;

/** Who asks for a shadow, and what its calls are written down with. */
export interface ShadowOf {
  readonly score: string;
  readonly orchestra: string;
  readonly agent: string;
  /** The shadow's own. */
  readonly model: string;
}

/** What shadows may spend: of each model so much a day, in UTC, and nothing of what runs may. */
export class ShadowBooks {
  readonly #models: Asides;
  readonly #days = new Map<string, Day>();

  constructor(models: Asides) {
    this.#models = models;
  }

  /** Who pays for the shadow. */
  async purseFor(
    of: ShadowOf,
    perDayMicroUsd: number,
    {
      priceOf,
      now,
      name,
    }: {
      readonly priceOf: Purse["priceOf"];
      readonly now: () => number;
      /** The flag's, a model or a revision of an agent. */
      readonly name: string;
    },
  ) {
    const day = await this.#dayOf(name, now());
    return new ShadowPurse({ day, most: perDayMicroUsd, priceOf, now, of, models: this.#models });
  }

  async #dayOf(name: string, now: number): Promise<Day> {
    const today = Math.floor(now / DAY_MS);
    let known = this.#days.get(name);
    if (known?.day !== today) {
      const fresh: Day = {
        day: today,
        microUsd: 0,
        loading: this.#load(name, today, (spent) => (fresh.microUsd += spent)),
      };
      this.#days.set(name, fresh);
      known = fresh;
    }
    try {
      await known.loading;
    } catch (error) {
      // What could not be read is tried again.
      this.#days.delete(name);
      throw error;
    }
    return known;
  }

  async #load(name: string, day: number, add: (microUsd: number) => void): Promise<void> {
    add(await this.#models.spentBeside(name, day * DAY_MS));
  }
}

interface Paying {
  readonly day: { microUsd: number };
  readonly most: number;
  readonly priceOf: (model: string) => Price | undefined;
  readonly now: () => number;
  readonly of: ShadowOf;
  readonly models: Pick<ModelStore, "addAside">;
}

/** What is held for one call of a shadow, and when that was written down. */
interface ShadowHold extends Hold {
  readonly at: number;
  /** Once: no effect afterwards. */
  end(): boolean;
}

/**
 * Pays for one shadow. A call is made when all that it may cost is left of the day, and counts as that from before it is made:
 * what it has cost less is put right when it is over, so that a process that is killed leaves no bill uncounted.
 */
export class ShadowPurse implements Purse {
  readonly #paying: Paying;

  constructor(paying: Paying) {
    this.#paying = paying;
  }

  priceOf(model: string): Price | undefined {
    return this.#paying.priceOf(model);
  }

  /** @throws MaestroError MR3098, MR3099 */
  async reserve(asked: Asked): Promise<ShadowHold> {
    const { day, most, now } = this.#paying;
    const { model, price } = asked;
    if (!price) throw new MaestroError("MR3099", { model });
    const bound = boundOf(price, asked);
    const spent = day.microUsd;
    if (spent + bound > most) throw new MaestroError("MR3098", { model, spent, bound, budget: most });
    day.microUsd += bound;
    const at = now();
    let isHeld = true;
    const end = () => {
      const was = isHeld;
      isHeld = false;
      if (was) day.microUsd -= bound;
      return was;
    };
    const release = () => {
      if (end()) this.#note({ at, calls: -1, microUsd: -bound });
    };
    await this.#write({ at, calls: 1, microUsd: bound });
    return { bound, at, end, release };
  }

  /** A call is over. */
  settle({ cost, error, ...tokens }: ModelCall, hold: Hold | undefined): void {
    const held = hold as ShadowHold | undefined;
    const microUsd = cost?.microUsd ?? 0;
    const isHeld = held?.end() ?? false;
    this.#paying.day.microUsd += microUsd;
    const { inputTokens, cachedTokens, outputTokens, reasoningTokens } = tokens;
    this.#note({
      at: held?.at ?? this.#paying.now(),
      calls: isHeld ? 0 : 1,
      microUsd: microUsd - (isHeld ? held!.bound : 0),
      ...{ inputTokens, cachedTokens, outputTokens, reasoningTokens },
      failed: error === undefined ? 0 : 1,
    });
  }

  /** A store that fails is met by the comparison that is written next. */
  #note(row: Noted): void {
    this.#write(row).catch(() => {});
  }

  #write(row: Noted): Promise<void> {
    const none = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0, failed: 0 };
    const { of, models } = this.#paying;
    return models.addAside({ what: "shadow", ...of, ...none, unpriced: 0, ...row });
  }
}

type Noted = Pick<AsideRow, "at" | "calls" | "microUsd"> & Partial<AsideRow>;
