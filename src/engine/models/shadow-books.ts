import { AsidePurse, type Noted } from "../../players/models/aside-purse.ts";
import type { Purse } from "../../players/models/purse.ts";
import type { ModelStore } from "../../store/model-store.ts";

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
    const account = await this.#dayOf(name, now());
    const write = (row: Noted) => this.#models.addAside({ what: "shadow", ...of, ...row });
    return new AsidePurse({ account, most: perDayMicroUsd, isPriced: true, priceOf, now, write });
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
