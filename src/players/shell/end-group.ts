import { setTimeout as pause } from "node:timers/promises";
import { hasLivingMembers } from "./has-living-members.ts";

const FIRST_LOOK_MS = 10;
const LAST_LOOK_MS = 160;
/** What SIGKILL may take. */
const KILLING_MS = 1_000;

/**
 * Ends a group of processes, by the id of the one that leads it: asks them to end, and after `graceMs` makes them.
 * Resolves when none is left, at once when there was none. Signals to a group are sent by `process.kill` alone.
 */
export async function endGroup(leader: number, graceMs: number): Promise<void> {
  if (!isAlive(leader)) return;
  signalGroup(leader, "SIGTERM");
  if (await isGone(leader, graceMs)) return;
  signalGroup(leader, "SIGKILL");
  await isGone(leader, KILLING_MS);
}

/** Groups that may not outlive this process. */
const bound = new Set<number>();

/**
 * Kills a group when this process ends before it, by `process.exit` or by an error: nobody is left to wait for a grace.
 * The returned function takes that back.
 */
export function bindGroup(leader: number): () => void {
  if (bound.size === 0) process.on("exit", killBound);
  bound.add(leader);
  return () => {
    bound.delete(leader);
    if (bound.size === 0) process.off("exit", killBound);
  };
}

function killBound(): void {
  for (const leader of bound) signalGroup(leader, "SIGKILL");
}

async function isGone(leader: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (let lookMs = FIRST_LOOK_MS; isAlive(leader); lookMs = Math.min(lookMs * 2, LAST_LOOK_MS)) {
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) return false;
    await pause(Math.min(lookMs, leftMs));
  }
  return true;
}

function isAlive(leader: number): boolean {
  return signalGroup(leader, 0) && hasLivingMembers(leader);
}

/** @returns whether there is anybody to get it; a process that is dead and was not waited for counts */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}
