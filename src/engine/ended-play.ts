import type { Play } from "./engine.ts";
import type { Ending } from "./take-moves.ts";

/** A run that nobody plays and that stays as it is. */
export function endedPlay(
  id: string,
  ending: Ending,
): Pick<Play, "id" | "ending" | "subscribe" | "stop" | "stepping"> {
  return {
    id,
    ending: Promise.resolve(ending),
    subscribe: () => () => {},
    stop: () => {},
    stepping: undefined,
  };
}
