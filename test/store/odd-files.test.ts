import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { rememberFiles } from "../../src/store/file-identity.ts";
import { openStore } from "../../src/store/open-store.ts";
import {
  completed,
  contentsOf,
  leftOf,
  MIGRATIONS,
  newFile,
  open,
  openWithRun,
  temporaryFolder,
} from "./workbench.ts";

async function codeOf(file: string): Promise<string> {
  const opening = openStore({ file, durability: "process", migrations: MIGRATIONS });
  return opening.then(
    () => "open",
    (error: { code?: string }) => error.code ?? String(error),
  );
}

/** What stands where the store is to be; with where the path of the store then is, when it is another. */
const ODD_FILES: readonly [what: string, code: string, make: (file: string) => unknown][] = [
  ["a folder", "MR1001", (file) => mkdirSync(file)],
  ["a link to a folder", "MR1001", (file) => symlinkSync(dirname(file), file)],
  ["a named pipe that nobody reads", "MR1003", (file) => execFileSync("mkfifo", [file])],
  ["a device", "MR1003", (file) => symlinkSync("/dev/null", file)],
  ["a device without an end", "MR1003", (file) => symlinkSync("/dev/zero", file)],
  ["a link to itself", "MR1002", (file) => symlinkSync(file, file)],
  ["a circle of links", "MR1002", (file) => [symlinkSync(`${file}.2`, file), symlinkSync(file, `${file}.2`)]],
  ["a text", "MR1003", (file) => writeFileSync(file, "Dear diary,\n")],
  [
    "a picture",
    "MR1003",
    (file) => writeFileSync(file, Buffer.from("89504e470d0a1a0a0000000d49484452", "hex")),
  ],
  ["zeros", "MR1003", (file) => writeFileSync(file, Buffer.alloc(8_192))],
  ["noise", "MR1003", (file) => writeFileSync(file, Buffer.alloc(8_192, "\x07\xf3\x99"))],
  ["one byte", "MR1003", (file) => writeFileSync(file, "S")],
  ["the first word of a database", "MR1004", (file) => writeFileSync(file, "SQLite format 3\0")],
  [
    "a database's journal without a database",
    "MR1004",
    (file) => writeFileSync(`${file}-wal`, Buffer.alloc(4_152, 7)),
  ],
  [
    "an empty file beside a journal",
    "MR1004",
    (file) => [writeFileSync(file, ""), writeFileSync(`${file}-wal`, "x")],
  ],
];

describe.runIf(process.platform === "linux")("where the store is to be stands", () => {
  test.each(ODD_FILES)("%s: %s, at once, and nothing is changed", async (_what, code, make) => {
    const file = newFile();
    make(file);
    const before = contentsOf(dirname(file));

    expect(await codeOf(file)).toBe(code);

    expect(contentsOf(dirname(file))).toEqual(before);
  });

  test("a socket", async () => {
    const file = newFile();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(file, resolve));
    onTestFinished(() => void server.close());

    expect(await codeOf(file)).toBe("MR1003");
  });

  test("a link to a store that was not closed, whose journal lies where the link leads", async () => {
    const file = newFile();
    const store = await openWithRun(file);
    for (let i = 0; i < 100; i++) void store.recordStep(completed(`step/${i}`));
    await store.settled();
    const left = leftOf(file);
    // As a kill leaves it when the journal is carried in, which begins with the page that tells how many there are.
    const bytes = readFileSync(left);
    bytes.writeUInt32BE(bytes.readUInt32BE(28) + 1, 28);
    writeFileSync(left, bytes);
    const link = join(temporaryFolder(), "linked.db");
    symlinkSync(left, link);

    expect(await (await open(link)).stepsOf("run_1")).toHaveLength(100);
  });

  test("a link that leads nowhere: the store is made where it leads", async () => {
    const file = newFile();
    const target = join(temporaryFolder(), "elsewhere.db");
    symlinkSync(target, file);

    await (await open(file)).close();

    expect(statSync(target).size).toBeGreaterThan(4_096);
  });
});

describe.runIf(process.platform === "linux")("where its lock is to be stands", () => {
  test.each([
    ["a folder", "a folder", (lock: string) => mkdirSync(lock)],
    ["a link to itself", "a link", (lock: string) => symlinkSync(lock, lock)],
    ["a link to a device", "a link", (lock: string) => symlinkSync("/dev/null", lock)],
    ["a named pipe", "a device or a pipe", (lock: string) => execFileSync("mkfifo", [lock])],
  ])("%s: nobody can own the store", async (_what, found, make) => {
    const file = newFile();
    make(`${file}.lock`);

    await expect(open(file)).rejects.toMatchObject({
      code: "MR1002",
      facts: { inTheWay: `${file}.lock`, reason: `${file}.lock is ${found}, and a file has to be there` },
    });
    expect(existsSync(file)).toBe(false);
  });

  test("a link to a file, which takes the lock", async () => {
    const file = newFile();
    symlinkSync(join(temporaryFolder(), "lock"), `${file}.lock`);

    await (await open(file)).close();

    expect(await codeOf(file)).toBe("open");
  });
});

describe.runIf(process.platform === "linux")(
  "where SQLite keeps what it needs beside the store stands",
  () => {
    const kinds: readonly [what: string, found: string, make: (path: string) => unknown][] = [
      ["a folder", "a folder", (path) => mkdirSync(path)],
      ["a link that leads nowhere", "a link", (path) => symlinkSync(`${path}.gone`, path)],
      ["a link to another disk", "a link", (path) => symlinkSync("/proc/version", path)],
      ["a named pipe", "a device or a pipe", (path) => execFileSync("mkfifo", [path])],
    ];
    const places = ["-wal", "-shm", "-journal"].flatMap((suffix) =>
      kinds.map(([what, found, make]) => [what, suffix, found, make] as const),
    );

    test.each(places)(
      "%s at %s: that is said, and nothing is called damaged",
      async (_, suffix, found, make) => {
        const old = newFile();
        await (await openWithRun(old)).close();
        const file = newFile();
        writeFileSync(file, readFileSync(old));
        const path = file + suffix;
        make(path);
        const before = readFileSync(file);

        await expect(open(file)).rejects.toMatchObject({
          code: "MR1002",
          facts: { file, inTheWay: path, reason: `${path} is ${found}, and a file has to be there` },
        });

        expect(readFileSync(file).equals(before)).toBe(true);
        rmSync(path, { recursive: true });
        expect(await codeOf(file)).toBe("open");
      },
    );

    test("a folder, before there is a store", async () => {
      const file = newFile();
      mkdirSync(`${file}-wal`);

      expect(await codeOf(file)).toBe("MR1002");
    });
  },
);

describe("a store that is taken away while it is in use", () => {
  /** Writes once a second of its own clock, until that is refused. */
  async function untilRefused(takeAway: (file: string) => void) {
    let time = 1_000;
    const file = newFile();
    const store = await openWithRun(file, { now: () => time });
    await store.recordStep(completed("before"));
    takeAway(file);
    time += 1_000;
    const writing = store.recordStep(completed("after"));
    return { file, store, writing };
  }

  test.each<[string, string, (file: string) => void]>([
    ["removed", "", (file) => rmSync(file)],
    ["moved away", "", (file) => renameSync(file, `${file}.old`)],
    ["replaced by another file", "", (file) => [rmSync(file), writeFileSync(file, "")]],
    ["removed with its folder", "", (file) => rmSync(dirname(file), { recursive: true })],
    ["left without its lock", ".lock", (file) => rmSync(`${file}.lock`)],
    ["left without its journal", "-wal", (file) => rmSync(`${file}-wal`)],
    ["given another journal", "-wal", (file) => [rmSync(`${file}-wal`), writeFileSync(`${file}-wal`, "")]],
    ["given another lock", ".lock", (file) => [rmSync(`${file}.lock`), writeFileSync(`${file}.lock`, "")]],
  ])("%s takes no more writes as if it were there", async (_how, suffix, takeAway) => {
    const { file, store, writing } = await untilRefused(takeAway);

    await expect(writing).rejects.toMatchObject({ code: "MR1017", facts: { file, missing: file + suffix } });
    await expect(store.recordStep(completed("later"))).rejects.toMatchObject({ code: "MR1017" });
    await store.close();
  });

  test("tells it when it is closed, at the latest", async () => {
    const file = newFile();
    const store = await openWithRun(file);
    rmSync(file);
    void store.recordStep(completed("lost"));

    await expect(store.close()).rejects.toMatchObject({ code: "MR1017" });
    expect(await codeOf(file)).toBe("open");
  });

  test("has all that was acknowledged when it was its journal that was taken away", async () => {
    const { file, store, writing } = await untilRefused((file) => rmSync(`${file}-wal`));
    await writing.catch(() => {});
    await store.close();

    const again = await open(file);

    expect((await again.stepsOf("run_1")).map(({ key }) => key)).toEqual(["before"]);
  });

  test("is not told from one whose connection was made anew, and its journal with it", () => {
    const file = newFile();
    const journal = `${file}-wal`;
    for (const path of [file, journal]) writeFileSync(path, "");
    const files = rememberFiles(file, []);
    files.check();

    renameSync(journal, `${file}-old`);
    files.reopened();
    // It is made with the first write.
    files.check();
    writeFileSync(journal, "");
    files.check();

    renameSync(`${file}-old`, journal);
    expect(files.check).toThrow(expect.objectContaining({ code: "MR1017" }));
  });

  test("is told where the way to it leads nowhere any more", () => {
    const file = newFile();
    const folder = join(dirname(file), "own");
    mkdirSync(folder);
    writeFileSync(join(folder, "m.db"), "");
    const files = rememberFiles(join(folder, "m.db"), []);
    files.check();

    rmSync(folder, { recursive: true });
    symlinkSync(folder, folder);

    expect(files.check).toThrow(expect.objectContaining({ code: "MR1017" }));
  });

  test.skipIf(process.getuid?.() === 0)("says so where nobody may look any more", () => {
    const file = newFile();
    writeFileSync(file, "");
    const files = rememberFiles(file, []);
    chmodSync(dirname(file), 0);
    onTestFinished(() => chmodSync(dirname(file), 0o700));

    expect(files.check).toThrow(expect.objectContaining({ code: "MR1006" }));
  });

  test("is not told from one that has got a second name, or other rights", async () => {
    const { store, writing } = await untilRefused((file) => {
      linkSync(file, `${file}.second`);
      chmodSync(file, 0o400);
    });

    await writing;
    expect(await store.stepsOf("run_1")).toHaveLength(2);
  });
});
