import { randomFillSync } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  statfsSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";

const BALLAST_BYTES = 16 * 1024 * 1024;
/** So much has to be free before it is laid again: a disk that is nearly full is not to be filled by it. */
const ROOM_BYTES = 4 * BALLAST_BYTES;

/**
 * Room that can be given back when the disk is full (S8): `<file>.ballast`, of random bytes, because a file system that
 * compresses or leaves out zeros would keep no room. A store that had to give it back has it again at its next opening
 * with plenty of room. The file itself stays, empty or not: it says that there was a store. Never throws.
 */
export function layBallast(file: string, { isNew }: { readonly isNew: boolean }): void {
  const path = ballastOf(file);
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && (!found.isFile() || found.size > 0)) return;
    const fd = openSync(path, "a", 0o600);
    try {
      if (isNew || hasPlentyOfRoom(path)) fill(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // A disk that is full already does without.
  }
}

/** False when it was given back already. */
export function freeBallast(file: string): boolean {
  const path = ballastOf(file);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || found.size === 0) return false;
  truncateSync(path);
  return true;
}

export function ballastOf(file: string): string {
  return `${file}.ballast`;
}

function hasPlentyOfRoom(path: string): boolean {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize >= ROOM_BYTES;
}

function fill(fd: number): void {
  const chunk = randomFillSync(Buffer.allocUnsafe(BALLAST_BYTES / 16));
  try {
    for (let written = 0; written < BALLAST_BYTES; ) written += writeSync(fd, chunk);
    // Only now the room is really taken.
    fsyncSync(fd);
  } catch (error) {
    ftruncateSync(fd);
    throw error;
  }
}
