import type { Settings } from "../load-workspace.ts";

/** How many runs are under way at once, where the configuration does not say it. */
export const SLOTS = 100;

/** For whoever plays all that can be played: no more than that at once. */
export function withSlots(settings: Settings): Settings {
  const runs = settings.orchestrator.slots ?? SLOTS;
  return { ...settings, limits: { ...settings.limits, runs } };
}
