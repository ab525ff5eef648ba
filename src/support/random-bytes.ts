import { closeSync, openSync, readSync } from "node:fs";

const POOL_BYTES = 1024;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/**
 * Bytes that nobody can foresee, to be read at once: the next call may give the same memory.
 * @param count 1 to 1,024
 */
export function randomBytes(count: number): Buffer {
  if (used + count > POOL_BYTES) {
    fill();
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}

/** From the kernel's own file where there is one: Node's crypto takes 5 ms of every start. */
function fill(): void {
  let fd: number;
  try {
    fd = openSync("/dev/urandom", "r");
  } catch {
    process.getBuiltinModule("node:crypto").randomFillSync(pool);
    return;
  }
  try {
    for (let filled = 0; filled < POOL_BYTES; )
      filled += readSync(fd, pool, filled, POOL_BYTES - filled, null);
  } finally {
    closeSync(fd);
  }
}
