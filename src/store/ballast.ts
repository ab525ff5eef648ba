import { randomFillSync } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeSync } from "node:fs";

const BALLAST_BYTES = 16 * 1024 * 1024;

/**
 * Room that can be given back when the disk is full (S8): `<file>.ballast`, of random bytes, because a file system that
 * compresses or leaves out zeros would keep no room. A disk that is full already does without.
 */
export function layBallast(file: string): void {
  const path = ballastOf(file);
  if (existsSync(path)) return;
  try {
    fill(path);
  } catch {
    rmSync(path, { force: true });
  }
}

/** False when it is gone already. */
export function freeBallast(file: string): boolean {
  const path = ballastOf(file);
  if (!existsSync(path)) return false;
  rmSync(path);
  return true;
}

export function ballastOf(file: string): string {
  return `${file}.ballast`;
}

function fill(path: string): void {
  const chunk = randomFillSync(Buffer.allocUnsafe(BALLAST_BYTES / 16));
  const fd = openSync(path, "wx", 0o600);
  try {
    for (let written = 0; written < BALLAST_BYTES; ) written += writeSync(fd, chunk);
    // Only now the room is really taken.
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
