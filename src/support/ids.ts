import { randomBytes } from "./random-bytes.ts";

/** Half of what the twelve bits hold, so that there is room to count in. */
const FIRST_COUNTS = 0x800;
const COUNTS = 0x1000;

let lastMs = 0;
let count = 0;

/**
 * A new id such as `run_0199f2…`: the prefix, then a UUID v7 without dashes, so that ids sort by the time they were made;
 * those of one process by their order, also within a millisecond. RFC 9562, sections 5.7 and 6.2 (method 1).
 * @param prefix what kind of thing it names: `run`, `ev`
 */
export function newId(prefix: string): string {
  const random = randomBytes(10);
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    count = random.readUInt16BE(8) % FIRST_COUNTS;
  } else if (++count === COUNTS) {
    lastMs++;
    count = 0;
  }
  const time = lastMs.toString(16).padStart(12, "0");
  random[0] = 0x80 | (random[0]! & 0x3f);
  return `${prefix}_${time}7${count.toString(16).padStart(3, "0")}${random.toString("hex", 0, 8)}`;
}
