import { setTimeout as sleep } from "node:timers/promises";
import { pruneRuns } from "../operations/prune-runs.ts";
import type { HistoryStore } from "../store/history-store.ts";
import { toReason } from "../support/to-reason.ts";
import type { Log } from "./orchestrator/log.ts";

/** How long runs are kept after they have ended; `null`: for ever. */
export interface Retention {
  readonly runsMs: number | null;
  /** Those that failed. */
  readonly failedMs: number | null;
}

export interface PrunerOptions {
  readonly history: HistoryStore;
  readonly now: () => number;
  readonly log: Log;
  readonly retention: Retention;
  /** How long it waits before its first look, and between two. */
  readonly firstMs?: number;
  readonly everyMs?: number;
}

const FIRST_MS = 60_000;
const EVERY_MS = 3_600_000;
/** Between two slices others have ten times as long as one takes. */
const PAUSE_MS = 20;

/** Forgets runs whose time is over, once an hour, in slices between which all else goes on. Keeps no process alive. */
export class Pruner {
  readonly #options: PrunerOptions;
  readonly #ending = new AbortController();
  #retention: Retention;
  #looking: Promise<void> | undefined;

  constructor(options: PrunerOptions) {
    this.#options = options;
    this.#retention = options.retention;
  }

  start(): void {
    this.#looking = this.#keepLooking();
  }

  /** From the next look on. */
  keep(retention: Retention): void {
    this.#retention = retention;
  }

  /** Resolves when nothing more of it is written. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#looking;
  }

  async #keepLooking(): Promise<void> {
    const { firstMs = FIRST_MS, everyMs = EVERY_MS, log } = this.#options;
    for (let waitMs = firstMs; await this.#wait(waitMs); waitMs = everyMs) {
      try {
        await this.#look();
      } catch (error) {
        // A store that has failed is told by everybody who writes to it.
        log.error("runs not forgotten", { why: toReason(error) });
      }
    }
  }

  async #look(): Promise<void> {
    const { history, now, log } = this.#options;
    const before = cutoffsOf(this.#retention, now());
    let [after, runs, pages]: [string | undefined, number, number] = ["", 0, 0];
    const pace = {
      isOver: () => this.#ending.signal.aborted,
      pause: async () => void (await this.#wait(PAUSE_MS)),
    };
    while (after !== undefined && !this.#ending.signal.aborted) {
      const pruned = await pruneRuns({ history, now }, { ...before, after, isMeant: true }, pace);
      for (const group of pruned.groups) runs += group.runs;
      pages += pruned.pages;
      after = pruned.next;
    }
    if (runs > 0 || pages > 0) log.info("runs forgotten", { runs, pages });
  }

  /** False when it is to end. */
  #wait(ms: number): Promise<boolean> {
    const { signal } = this.#ending;
    return sleep(ms, true, { signal, ref: false }).catch(() => false);
  }
}

/** Unix ms: what ended before is forgotten. */
export function cutoffsOf({ runsMs, failedMs }: Retention, now: number) {
  return {
    endedBefore: runsMs === null ? 0 : Math.max(0, now - runsMs),
    failedBefore: failedMs === null ? 0 : Math.max(0, now - failedMs),
  };
}
