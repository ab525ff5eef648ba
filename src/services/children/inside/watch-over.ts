import { workerData } from "node:worker_threads";
import { sayLast } from "./last-words.ts";

export interface WatchData {
  readonly owner: number;
  /** The most memory that the process may have in all. */
  readonly mostMb: number;
}

const TICK_MS = 250;

/**
 * Watches over the process from a thread of its own, whatever its main thread does: ends it, and all it has started, when
 * its owner is gone, or when it takes too much memory.
 */
export function watchOver(): void {
  const { owner, mostMb } = workerData as WatchData;
  setInterval(() => {
    if (process.ppid !== owner) return endGroup();
    const usedMb = Math.round(process.memoryUsage.rss() / 2 ** 20);
    if (usedMb <= mostMb) return;
    sayLast({ is: "memory", usedMb, mostMb });
    endGroup();
  }, TICK_MS);
}

/** This process leads its group. */
export function endGroup(): void {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
}
