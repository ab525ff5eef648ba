import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { MaestroError } from "../diagnostics/maestro-error.ts";
import { tryLock } from "./file-lock.ts";
import { findInTheWay } from "./in-the-way.ts";

/** Who holds a store, as far as it has said so: for people, nothing is decided from it. */
export interface Owner {
  readonly pid?: number;
  readonly command?: string;
}

interface LockOptions {
  /** The store's file; the lock is `<file>.lock`. */
  readonly file: string;
  /** What this process is doing, such as `maestro start`. */
  readonly command: string | undefined;
  /** Wait until the store is free instead of throwing. */
  readonly wait: boolean;
  /** Called once, when it has to wait. */
  readonly onWaiting: ((owner: Owner) => void) | undefined;
  readonly now: () => number;
}

/** The locks that this process holds. Not by its number, which another one may have in a container of its own. */
const owned = new Set<string>();

const POLL_MS = 50;

// Far behind the content: on Windows a locked byte cannot be read by others.
const LOCKED_AT = 2 ** 30;

/**
 * Makes this process the store's owner until the returned function is called. The operating system holds the lock, so
 * that it ends with the process, however that ends; the file stays.
 * @throws MaestroError MR1002 when something else stands in the place of the lock file, MR1006 when it cannot be written,
 * MR1007 when another process owns the store and `wait` is false
 */
export async function lockStore(options: LockOptions): Promise<() => void> {
  const path = lockOf(options.file);
  const fd = openLock(options.file);
  try {
    for (let isFirst = true; !tryLock(fd, LOCKED_AT, 1); isFirst = false) {
      const owner = readOwner(path);
      const isOwn = owned.has(path);
      if (!options.wait) throw new MaestroError("MR1007", { file: options.file, isOwn, ...owner });
      if (isFirst) options.onWaiting?.(owner);
      await sleep(POLL_MS);
    }
    owned.add(path);
    sayWho(fd, options);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return () => {
    owned.delete(path);
    ftruncateSync(fd);
    closeSync(fd);
  };
}

/** For people alone: on a disk that is full the lock is held without it. */
function sayWho(fd: number, { command, now }: LockOptions): void {
  try {
    ftruncateSync(fd);
    writeSync(fd, JSON.stringify({ pid: process.pid, command, since: now() }));
  } catch {
    // Whoever waits is told of another process.
  }
}

/** Does a process own the store? */
export async function isStoreOwned(file: string): Promise<boolean> {
  if (!existsSync(lockOf(file))) return false;
  const fd = openLock(file);
  try {
    return !tryLock(fd, LOCKED_AT, 1);
  } finally {
    closeSync(fd);
  }
}

function openLock(file: string): number {
  const path = lockOf(file);
  try {
    const fd = openSync(path, "a+", 0o600);
    // A pipe or a device takes the lock, and nothing else of what is done with it.
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
    throw new Error(`${path} is no file`);
  } catch (cause) {
    throw findInTheWay(file, path) ?? new MaestroError("MR1006", { file }, { cause });
  }
}

export function lockOf(file: string): string {
  return `${file}.lock`;
}

/** Who holds the store of `file`, as far as it has said so. */
export function ownerOf(file: string): Owner {
  return readOwner(lockOf(file));
}

function readOwner(path: string): Owner {
  try {
    const { pid, command }: Record<string, unknown> = JSON.parse(readFileSync(path, "utf8"));
    return {
      ...(typeof pid === "number" ? { pid } : {}),
      ...(typeof command === "string" ? { command } : {}),
    };
  } catch {
    // It was taken a moment ago and says nothing yet.
    return {};
  }
}
