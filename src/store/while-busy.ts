import { setTimeout as sleep } from "node:timers/promises";
import { isBusy } from "./sqlite-error.ts";

const GIVE_UP_AFTER_MS = 10_000;
const FIRST_WAIT_MS = 2;
const LONGEST_WAIT_MS = 250;

interface BusyOptions {
  /** A new connection with all pragmas set. */
  readonly reopen: () => Promise<void>;
  readonly now: () => number;
}

/**
 * Does `work`, and again for at most 10 s while another connection holds the file, each time on a new connection: after
 * one SQLITE_BUSY the driver goes on to acknowledge writes of that connection that it never commits (S3).
 * @throws what `work` threw last
 */
export async function whileBusy<T>({ reopen, now }: BusyOptions, work: () => Promise<T>): Promise<T> {
  const giveUpAt = now() + GIVE_UP_AFTER_MS;
  let isStale = false;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      if (isStale) await reopen();
      return await work();
    } catch (error) {
      if (!isBusy(error) || now() >= giveUpAt) throw error;
      isStale = true;
      await sleep(waitMs);
    }
  }
}
