import type { ModelSettings } from "../players/models/model-settings.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../support/clock.ts";
import { treasuryOf } from "./budget/treasury-of.ts";
import { Admission, fairly } from "./core/admission.ts";
import { Beside } from "./models/beside.ts";
import { registerOf } from "./models/register-of.ts";
import type { Shared } from "./performance.ts";
import { Flights } from "./play-cached.ts";

interface Sharing {
  readonly store: Store;
  readonly clock: Clock;
  /** How much there is of what steps share. */
  readonly ofSteps: ConstructorParameters<typeof Admission<number>>[1];
  /** As the configuration has them now. */
  readonly models: () => ModelSettings;
  readonly load: Shared["load"];
}

/** What the runs of one engine share. What most runs never use is opened when something first asks for it. */
export function sharedOf({ store, clock, ofSteps, models, load }: Sharing): Shared {
  return {
    steps: new Admission(fairly, ofSteps),
    flights: new Flights(),
    treasury: treasuryOf(store, clock, models),
    register: registerOf(store),
    beside: new Beside(),
    load,
  };
}
