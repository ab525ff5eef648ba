import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";

/** The files of a store; the last two are there only after an unclean stop. */
export const STORE_FILES = ["", "-wal", "-shm"] as const;

/** Numbers from 0 up to `below`, the same for the same seed. */
export function seeded(seed: number): (below: number) => number {
  let state = (seed + 1) >>> 0;
  const next = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return (below) => Math.floor(next() * below);
}

const PAGE = 4_096;

type Damage = (content: Buffer, random: (below: number) => number) => Buffer;

const flipBits =
  (most: number, from = 0, to = Number.POSITIVE_INFINITY): Damage =>
  (content, random) => {
    for (let left = 1 + random(most); left > 0; left--)
      content[from + random(Math.min(to, content.length) - from)]! ^= 1 << random(8);
    return content;
  };

const onePage =
  (change: (page: Buffer, random: (below: number) => number, whole: Buffer) => void): Damage =>
  (content, random) => {
    const at = PAGE * random(Math.max(1, Math.floor(content.length / PAGE)));
    change(content.subarray(at, at + PAGE), random, content);
    return content;
  };

/** What can happen to a file of SQLite's, by name. */
const DAMAGES: Readonly<Record<string, Damage>> = {
  "bits in the header": flipBits(3, 0, 100),
  "bits in the list of tables": flipBits(5, 100, PAGE),
  "one bit": flipBits(1),
  "twenty bits": flipBits(20),
  "a page of zeros": onePage((page) => page.fill(0)),
  "a page of noise": onePage((page, random) => {
    for (let i = 0; i < page.length; i++) page[i] = random(256);
  }),
  "half a page of an older time": onePage((page) => page.copyWithin(0, page.length / 2)),
  "a page in the place of another": onePage((page, random, whole) =>
    whole.copy(page, 0, PAGE * random(Math.floor(whole.length / PAGE))),
  ),
  "the head of a page": onePage((page, random) => flipBits(3, 0, 16)(page, random)),
  "cut off anywhere": (content, random) => content.subarray(0, random(content.length)),
  "cut off at a page": (content, random) =>
    content.subarray(0, PAGE * random(Math.floor(content.length / PAGE))),
  "something behind its end": (content, random) =>
    Buffer.concat([content, Buffer.alloc(1 + random(3 * PAGE), random(256))]),
  "nothing left": () => Buffer.alloc(0),
};

/** Copies the store at `from` to `to` and damages one of its files, the same way for the same seed. */
export function copyDamaged(from: string, to: string, seed: number): string {
  const random = seeded(seed);
  const files = STORE_FILES.filter((suffix) => existsSync(from + suffix));
  for (const suffix of [...files, ".lock", ".ballast"])
    if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
  // Every other time it is the file itself.
  const suffix = random(2) === 0 ? "" : files[random(files.length)]!;
  const names = Object.keys(DAMAGES);
  const name = names[random(names.length)]!;
  const damaged = DAMAGES[name]!(readFileSync(from + suffix), random);
  writeFileSync(to + suffix, damaged);
  truncateSync(to + suffix, damaged.length);
  return `${name} in ${suffix || "the file"}`;
}
