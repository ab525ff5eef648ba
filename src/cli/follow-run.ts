import { setTimeout as sleep } from "node:timers/promises";
import type { Ending, Play, RunEvent } from "../engine/index.ts";
import type { Ask } from "./at-store.ts";

const POLL_MS = 100;
/** An owner that is gone may be one that begins anew. */
const PATIENCE_MS = 10_000;

/** A run that is followed. */
export interface Following extends Play {
  /** Since when nobody has answered for it, Unix ms. */
  silentSince(): number | undefined;
}

/**
 * A run that another process plays, as if it were played here. Stopping it only ends the following. It is told as
 * stopped when nobody plays it any more: then it has not ended.
 * @param onSilence called each time that nobody answers any more, with how long somebody is waited for
 */
export function followRun(ask: Ask, run: string, onSilence?: (patienceMs: number) => void): Following {
  const listeners = new Set<(event: RunEvent) => void>();
  let silentSince: number | undefined;
  const left = Promise.withResolvers<Ending>();
  const follow = async (): Promise<Ending> => {
    for (let after = 0, silentMs = 0; silentMs < PATIENCE_MS; ) {
      const answer = await ask({ op: "follow", run, after });
      if (!answer?.result) {
        if (silentSince === undefined) onSilence?.(PATIENCE_MS);
        silentSince ??= Date.now();
        await sleep(POLL_MS);
        silentMs += POLL_MS;
        continue;
      }
      silentMs = 0;
      silentSince = undefined;
      const { events, next, ending } = answer.result;
      for (const event of events) for (const hear of listeners) hear(event);
      if (ending) return ending;
      after = next;
    }
    return { is: "stopped" };
  };
  return {
    id: run,
    ending: Promise.race([follow(), left.promise]),
    subscribe(hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    stop: () => left.resolve({ is: "stopped" }),
    isEnding: () => false,
    decide: async () => false,
    stepping: undefined,
    silentSince: () => silentSince,
  };
}
