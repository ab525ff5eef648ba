import { setTimeout as pause } from "node:timers/promises";

const LOOK_EVERY_MS = 20;
/** What SIGKILL may take. What is dead and was never waited for by its parent counts as there for ever. */
const LAST_MS = 1_000;

/**
 * Ends a group of processes, by the id of the one that leads it: asks them to end, and after `graceMs` makes them.
 * Resolves when none is left, at once when there was none. Signals to a group are sent by `process.kill` alone.
 */
export async function endGroup(leader: number, graceMs: number): Promise<void> {
  if (!signalGroup(leader, "SIGTERM")) return;
  if (await isGone(leader, graceMs)) return;
  signalGroup(leader, "SIGKILL");
  await isGone(leader, LAST_MS);
}

async function isGone(leader: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (signalGroup(leader, 0)) {
    if (performance.now() >= deadline) return false;
    await pause(LOOK_EVERY_MS);
  }
  return true;
}

/** @returns whether there is anybody to get it */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}
