import { spawnSync } from "node:child_process";
import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { journalRoom } from "../../src/store/journal-room.ts";
import { seeded } from "./damage.ts";
import { completed, leftOf, MIGRATIONS, newFile, open, openWithRun, startChild } from "./workbench.ts";

const MB = 1024 * 1024;
const sizeOf = (file: string) => statSync(`${file}-wal`).size;

/** A journal with `bytes` in it, and what makes room in it. */
function journalOf(bytes: number) {
  const file = newFile();
  writeFileSync(`${file}-wal`, Buffer.alloc(bytes, 7));
  return { file, makeRoom: journalRoom(file) };
}

test("there is as much room as was written, and more as soon as that has come to its end", () => {
  const { file, makeRoom } = journalOf(100_000);

  makeRoom();
  makeRoom();
  const first = sizeOf(file);
  appendFileSync(`${file}-wal`, "7");
  makeRoom();

  expect(first).toBe(200_000);
  expect(sizeOf(file)).toBe(400_002);
  expect(readFileSync(`${file}-wal`).indexOf(0)).toBe(100_000);
});

test("no more room is made than a journal ever needs", () => {
  const { file, makeRoom } = journalOf(16 * MB);

  makeRoom();
  makeRoom();
  const first = sizeOf(file);
  appendFileSync(`${file}-wal`, "7");
  makeRoom();

  expect(first).toBe(17 * MB);
  expect(sizeOf(file)).toBe(first + 1);
});

test("a disk that is full gets back what was taken, and is asked no more", () => {
  const { file } = journalOf(3_500_000);
  const room = join(import.meta.dirname, "../../src/store/journal-room.ts");
  const program = `import { journalRoom } from ${JSON.stringify(room)};
    const makeRoom = journalRoom(${JSON.stringify(file)});
    makeRoom(); makeRoom(); console.log("went on");`;

  const { stdout, stderr } = spawnSync(
    "sh",
    ["-c", 'ulimit -f 8000; exec "$0" --input-type=module -e "$1"', process.execPath, program],
    { encoding: "utf8" },
  );

  expect(stdout + stderr).toBe("went on\n");
  expect(sizeOf(file)).toBe(3_500_000);
});

test("a journal that cannot be looked at stops nothing", () => {
  expect(journalRoom(join(newFile(), "nowhere"))).not.toThrow();
});

test.each([
  { durability: "power", hasRoom: true },
  { durability: "process", hasRoom: false },
] as const)("with durability $durability a journal has room: $hasRoom", async ({ durability, hasRoom }) => {
  const file = newFile();
  const store = await openWithRun(file, { durability });

  for (let i = 0; i < 100; i++) await store.recordStep(completed(`step/${i}`));

  // A journal of frames alone: 32 bytes, and 24 before each page of 4,096.
  expect((sizeOf(file) - 32) % 4_120 !== 0).toBe(hasRoom);
  expect(await store.stepsOf("run_1")).toHaveLength(100);
});

// The last one is after the journal was carried into the file, and written over from its beginning.
test.each([150, 300, 4_500])(
  "what was written into the room is there after kill -9 at step %i",
  async (step) => {
    const file = newFile();
    await (await openWithRun(file)).close();
    const child = startChild("write-and-tell", [file, MIGRATIONS, "power"]);
    let last = "";
    while (last !== `step/${step}`) last = await child.line();
    child.kill();
    await child.ended;

    const store = await open(leftOf(file));

    const keys = (await store.stepsOf("run_1")).map(({ key }) => key);
    expect(keys.slice(0, step + 1)).toEqual(Array.from({ length: step + 1 }, (_, i) => `step/${i}`));
  },
);

test("a journal that is cut off or garbled anywhere, also in its room, gives what was acknowledged up to there", async () => {
  const file = newFile();
  await (await openWithRun(file)).close();
  const child = startChild("write-and-tell", [file, MIGRATIONS, "power"]);
  while ((await child.line()) !== "step/150");
  child.kill();
  await child.ended;
  const content = readFileSync(file);
  const whole = readFileSync(`${file}-wal`);
  const end = whole.findLastIndex((byte) => byte !== 0) + 1;
  expect(whole.length - end).toBeGreaterThan(10_000);
  const seen = new Set<number>();

  for (let seed = 0; seed < 12; seed++) {
    const random = seeded(seed);
    const isInRoom = seed % 2 === 0;
    const at = isInRoom ? end + random(whole.length - end) : random(end);
    const journal = Buffer.from(whole);
    for (let i = at; i < Math.min(at + 5_000, whole.length); i++) journal[i] = random(256);
    const copy = newFile();
    writeFileSync(copy, content);
    writeFileSync(`${copy}.ballast`, "room");
    writeFileSync(`${copy}-wal`, seed % 4 < 2 ? journal : whole.subarray(0, at));

    const store = await open(copy);

    const keys = (await store.stepsOf("run_1")).map(({ key }) => key);
    expect(keys).toEqual(Array.from({ length: keys.length }, (_, i) => `step/${i}`));
    if (isInRoom) expect(keys.length, `seed ${seed}`).toBeGreaterThan(150);
    seen.add(keys.length);
    await store.recordStep(completed("after"));
    await store.close();
    expect(await (await open(copy)).stepsOf("run_1")).toHaveLength(keys.length + 1);
  }

  expect(seen.size).toBeGreaterThan(4);
});
