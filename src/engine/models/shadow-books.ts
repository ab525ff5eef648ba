import { MaestroError } from "../../diagnostics/index.ts";
import { boundOf } from "../../players/models/bound-of.ts";
import type { ModelCall } from "../../players/models/model-call.ts";
import type { Price } from "../../players/models/prices.ts";
import type { Asked, Hold, Purse } from "../../players/models/purse.ts";
import type { ModelStore } from "../../store/model-store.ts";

const DAY_MS = 86_400_000;

/** What shadows of one model have cost today, and hold. */
interface Day {
  readonly day: number;
  readonly loading: Promise<void>;
  microUsd: number;
}

/** What shadows may spend: of each model so much a day, in UTC, and nothing of what runs may. */
export class ShadowBooks {
  readonly #models: Pick<ModelStore, "spentBeside">;
  readonly #days = new Map<string, Day>();

  constructor(models: Pick<ModelStore, "spentBeside">) {
    this.#models = models;
  }

  /** Who pays for the shadow of `model`. */
  async purseFor(
    model: string,
    perDayMicroUsd: number,
    of: { readonly priceOf: Purse["priceOf"]; readonly now: () => number },
  ) {
    const day = await this.#dayOf(model, of.now());
    return new ShadowPurse(day, perDayMicroUsd, of.priceOf);
  }

  async #dayOf(model: string, now: number): Promise<Day> {
    const today = Math.floor(now / DAY_MS);
    let known = this.#days.get(model);
    if (known?.day !== today) {
      const fresh: Day = {
        day: today,
        microUsd: 0,
        loading: this.#load(model, today, (spent) => (fresh.microUsd += spent)),
      };
      this.#days.set(model, fresh);
      known = fresh;
    }
    await known.loading;
    return known;
  }

  async #load(model: string, day: number, add: (microUsd: number) => void): Promise<void> {
    add(await this.#models.spentBeside(model, day * DAY_MS));
  }
}

/** Pays for one shadow. A call is made when all that it may cost is left of the day. */
export class ShadowPurse implements Purse {
  readonly #day: { microUsd: number };
  readonly #most: number;
  readonly priceOf: (model: string) => Price | undefined;

  constructor(day: { microUsd: number }, most: number, priceOf: Purse["priceOf"]) {
    this.#day = day;
    this.#most = most;
    this.priceOf = priceOf;
  }

  /** @throws MaestroError MR3098, MR3099 */
  async reserve(asked: Asked): Promise<Hold | undefined> {
    const { model, price } = asked;
    if (!price) throw new MaestroError("MR3099", { model });
    const bound = boundOf(price, asked);
    const spent = this.#day.microUsd;
    if (spent + bound > this.#most)
      throw new MaestroError("MR3098", { model, spent, bound, budget: this.#most });
    this.#day.microUsd += bound;
    let isHeld = true;
    return {
      bound,
      release: () => {
        if (isHeld) this.#day.microUsd -= bound;
        isHeld = false;
      },
    };
  }

  /** A call is over. */
  settle({ cost }: ModelCall, hold: Hold | undefined): void {
    hold?.release();
    this.#day.microUsd += cost?.microUsd ?? 0;
  }
}
