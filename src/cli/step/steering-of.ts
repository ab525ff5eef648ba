import type { Play, Playable } from "../../engine/index.ts";
import type { Store } from "../../store/store.ts";
import type { Io } from "../io.ts";
import type { Showing } from "../stage.ts";
import { UsageError } from "../usage-error.ts";
import { whoIs } from "../who-is.ts";

/** What plays a run step by step when `--step` asks for that; `undefined` when it is played straight. */
export function steeringOf(
  io: Io,
  { step, json, quiet, by }: Showing & { readonly by?: string | undefined },
  what: { readonly playable: Playable; readonly store: Store },
): ((play: Play) => Promise<void>) | undefined {
  if (!step) return undefined;
  if (quiet) throw new UsageError("--step shows every step, and --quiet none: say one of them.");
  // Loaded when it is asked for: most runs are played straight.
  return async (play) => {
    const { steer } = await import("./steer.ts");
    return steer(play, { io, json: json === true, by: whoIs(io, by), ...what });
  };
}
