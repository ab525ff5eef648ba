import type { ModelSettings } from "../../players/models/model-settings.ts";
import type { Clock } from "../../support/clock.ts";
import type { Treasury, Vault } from "./treasury.ts";

/**
 * The treasury of one engine, loaded and opened when something first asks for it: most runs ask no model.
 * @param models as the configuration has them now: other prices count from the next time that somebody asks
 */
export function treasuryOf(vault: Vault, clock: Clock, models: () => ModelSettings): () => Promise<Treasury> {
  let opening: Promise<Treasury> | undefined;
  let seeded: ModelSettings | undefined;
  let seeding: Promise<void> | undefined;
  const open = async () => {
    const { Treasury } = await import("./treasury.ts");
    const treasury = new Treasury(vault, clock);
    await treasury.open();
    return treasury;
  };
  return async () => {
    opening ??= open();
    // What could not be opened is tried again.
    opening.catch(() => {
      opening = undefined;
    });
    const treasury = await opening;
    const now = models();
    if (now !== seeded) {
      seeded = now;
      seeding = treasury.seed(now.prices);
    }
    await seeding;
    return treasury;
  };
}
