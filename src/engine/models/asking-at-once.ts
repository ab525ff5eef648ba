import type { ModelSettings } from "../../players/models/model-settings.ts";

/** Attempts that are many: each holds some 40 KB while it waits for its model, and leaves ten times as much to be collected. */
const MANY = 200;

const underWay = new WeakMap<ModelSettings, number>();

/**
 * Counts an attempt until it is over. Told before the first of many asks: those of a map begin in one turn and go on together,
 * and by the time that the first one's call is made, all of them have left behind what comes before a call.
 */
export async function askingAtOnce<T>(models: ModelSettings, ask: () => Promise<T>): Promise<T> {
  const count = (underWay.get(models) ?? 0) + 1;
  underWay.set(models, count);
  if (count === MANY) models.onMany?.();
  try {
    return await ask();
  } finally {
    underWay.set(models, underWay.get(models)! - 1);
  }
}
