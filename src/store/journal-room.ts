import { closeSync, ftruncateSync, openSync, statSync, writeSync } from "node:fs";

/** Up to here it grows. SQLite carries the journal into the file at 4,000 pages and writes over it from its beginning. */
const MOST_BYTES = 17 * 1024 * 1024;
/** So that no commit has much to carry along. */
const MOST_AT_ONCE = 1024 * 1024;

/**
 * Keeps room in the journal of `file` ahead of what is written: whenever that has come to the end, as many zeros again, up to 1 MB. An
 * `fsync` has then only blocks to write that the file system knows already, and takes two thirds of its time; without
 * one it costs more than it gives. Zeros are no frames: whoever reads the journal ends there.
 *
 * To be called within a transaction that may write, so that nobody else writes to the journal meanwhile. Never throws.
 */
export function journalRoom(file: string): () => void {
  const path = `${file}-wal`;
  let end = 0;
  return () => {
    if (end >= MOST_BYTES) return;
    try {
      const { size } = statSync(path);
      if (size > end) end = extended(path, size);
    } catch {
      end = Number.POSITIVE_INFINITY;
    }
  };
}

/** Where it ends now. A disk that is full gets back what was taken. */
function extended(path: string, size: number): number {
  const fd = openSync(path, "r+");
  try {
    const zeros = Buffer.alloc(Math.min(size, MOST_AT_ONCE));
    let written = 0;
    while (written < zeros.length)
      written += writeSync(fd, zeros, written, zeros.length - written, size + written);
    return size + written;
  } catch (error) {
    ftruncateSync(fd, size);
    throw error;
  } finally {
    closeSync(fd);
  }
}
