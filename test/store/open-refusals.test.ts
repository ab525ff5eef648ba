import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { connectLibsql } from "../../src/store/connection.ts";
import { openStore } from "../../src/store/open-store.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "../../src/store/schema-version.ts";
import {
  completed,
  contentsOf,
  intercept,
  MIGRATIONS,
  newFile,
  open,
  openWithRun,
  startChild,
  temporaryFolder,
} from "./workbench.ts";

const NOBODY = 65_534;

/** Expects that opening is refused with `code`, and that it leaves everything as it was. */
async function expectRefused(file: string, code: string, facts: object = {}) {
  const before = contentsOf(dirname(file));

  const opening = openStore({ file, durability: "process", migrations: MIGRATIONS });

  await expect(opening).rejects.toMatchObject({ name: "MaestroError", code, facts: { file, ...facts } });
  expect(contentsOf(dirname(file))).toEqual(before);
}

/** The code that a user without rights gets: root has them all, so somebody else has to try. */
async function codeForNobody(file: string): Promise<string> {
  const ids = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  return startChild("own-store", [file, MIGRATIONS], ids).line();
}

function givenToNobody(file: string) {
  if (process.getuid?.() !== 0) return;
  for (const path of [dirname(file), ...Object.keys(contentsOf(dirname(file)))])
    chownSync(path, NOBODY, NOBODY);
}

async function closedStore(outputLength = 400): Promise<string> {
  const file = newFile();
  const store = await openWithRun(file);
  for (let i = 0; i < 200; i++)
    void store.recordStep(completed(`step/${i}`, { output: JSON.stringify("x".repeat(outputLength)) }));
  await store.close();
  return file;
}

/** A store as kill -9 leaves it: its last rows are only in the journal. */
async function uncleanStore(last: string): Promise<string> {
  const file = newFile();
  const store = await openWithRun(file);
  for (let i = 0; i < 200; i++) void store.recordStep(completed(`step/${i}`));
  await store.close();
  const connection = connectLibsql(file);
  await connection.executeMultiple(`PRAGMA journal_mode = WAL; ${last}`);
  const copy = newFile();
  copyFileSync(file, copy);
  copyFileSync(`${file}-wal`, `${copy}-wal`);
  writeFileSync(`${copy}.lock`, "");
  connection.close();
  expect(statSync(`${copy}-wal`).size).toBeGreaterThan(0);
  return copy;
}

function overwrite(file: string, at: number, bytes: Buffer) {
  const content = readFileSync(file);
  bytes.copy(content, at);
  writeFileSync(file, content);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

describe("opening refuses, and changes nothing", () => {
  test("a directory", async () => {
    const file = newFile();
    mkdirSync(file);

    await expectRefused(file, "MR1001");
  });

  test("a file that this user may not read", async () => {
    const file = await closedStore();
    givenToNobody(file);
    chmodSync(file, 0o000);
    const before = contentsOf(dirname(file));

    const code = await codeForNobody(file);

    expect(code).toBe("MR1002");
    chmodSync(file, 0o600);
    expect(contentsOf(dirname(file))[file]).toBe(before[file]);
  });

  test("a file that this user may not write", async () => {
    const file = await closedStore();
    givenToNobody(file);
    chmodSync(file, 0o444);
    const before = contentsOf(dirname(file))[file];

    const code = await codeForNobody(file);

    expect(code).toBe("MR1006");
    expect(contentsOf(dirname(file))[file]).toBe(before);
  });

  test("a folder that this user may not write", async () => {
    const folder = temporaryFolder();
    givenToNobody(join(folder, "maestro.db"));
    chmodSync(folder, 0o555);

    const code = await codeForNobody(join(folder, "deep", "maestro.db"));

    expect(code).toBe("MR1006");
    expect(contentsOf(folder)).toEqual({});
  });

  test("a journal that this user may not read, which says nothing of what is in it", async () => {
    const file = await uncleanStore("UPDATE runs SET recoveries = 1;");
    givenToNobody(file);
    chmodSync(`${file}-wal`, 0o000);

    expect(await codeForNobody(file)).toBe("MR1010");
  });

  test("a path through a file", async () => {
    const file = newFile();
    writeFileSync(file, "");

    const opening = openStore({
      file: join(file, "maestro.db"),
      durability: "process",
      migrations: MIGRATIONS,
    });

    await expect(opening).rejects.toMatchObject({ code: "MR1002" });
  });

  test("a text file", async () => {
    const file = newFile();
    writeFileSync(file, "Dear diary,\n");

    await expectRefused(file, "MR1003", { found: "a text file" });
  });

  test("the SQLite database of another program", async () => {
    const file = newFile();
    const other = connectLibsql(file);
    await other.executeMultiple("CREATE TABLE cookies (name TEXT)");
    other.close();

    await expectRefused(file, "MR1003", { found: "the SQLite database of another program" });
  });

  test("the empty SQLite database of a program that signs its files", async () => {
    const file = newFile();
    const other = connectLibsql(file);
    await other.executeMultiple("PRAGMA application_id = 77");
    other.close();

    await expectRefused(file, "MR1003");
  });

  test("the database of another program that was killed before its tables left the journal", async () => {
    const other = newFile();
    const connection = connectLibsql(other);
    await connection.executeMultiple("PRAGMA journal_mode = WAL; CREATE TABLE cookies (name TEXT)");
    const file = newFile();
    copyFileSync(other, file);
    copyFileSync(`${other}-wal`, `${file}-wal`);
    writeFileSync(`${file}.lock`, "");
    connection.close();

    await expectRefused(file, "MR1003");
  });

  test("a store that a newer Maestro has migrated", async () => {
    const file = await closedStore();
    overwrite(file, 60, uint32(SCHEMA_VERSION + 1));

    await expectRefused(file, "MR1005", { found: SCHEMA_VERSION + 1, known: SCHEMA_VERSION });
  });

  test("a newer store whose migration is only in the journal yet", async () => {
    const file = await uncleanStore(`PRAGMA user_version = ${SCHEMA_VERSION + 1};`);

    await expectRefused(file, "MR1005", { found: SCHEMA_VERSION + 1 });
  });

  test("a store of which nothing is left", async () => {
    const file = await closedStore();
    writeFileSync(`${file}.ballast`, "room");
    truncateSync(file, 0);

    await expectRefused(file, "MR1004", { detail: "nothing is left of it" });
  });

  test("a store whose header is overwritten", async () => {
    const file = await closedStore();
    writeFileSync(`${file}.ballast`, "room");
    overwrite(file, 0, Buffer.alloc(64));

    await expectRefused(file, "MR1004", { detail: "its header is overwritten" });
  });

  test("a store without a page size", async () => {
    const file = await closedStore();
    overwrite(file, 16, Buffer.from([0, 7]));

    await expectRefused(file, "MR1004");
  });

  test("a store of a format that SQLite reads and never writes", async () => {
    const file = await closedStore();
    overwrite(file, 18, Buffer.from([7]));

    await expectRefused(file, "MR1004", { detail: "its header is of no known format" });
  });

  test("a store that is cut off", async () => {
    const file = await closedStore();
    truncateSync(file, statSync(file).size - 4_096);

    await expectRefused(file, "MR1004", { detail: "it is cut off" });
  });

  test("a store with a damaged page after an unclean stop", async () => {
    const file = await uncleanStore("UPDATE runs SET recoveries = 1;");
    const content = readFileSync(file);
    for (let page = 20; page < content.length / 4_096; page++)
      content.fill(0xa5, page * 4_096, page * 4_096 + 64);
    writeFileSync(file, content);

    await expectRefused(file, "MR1004");
  });
});

describe("damage in a store that was closed", () => {
  function damage(file: string, firstPage: number) {
    const content = readFileSync(file);
    for (let page = firstPage; page < content.length / 4_096; page++)
      content.fill(0xa5, page * 4_096, page * 4_096 + 64);
    writeFileSync(file, content);
  }

  test("is found when the store is opened, and nothing is changed", async () => {
    const file = await closedStore();
    damage(file, 20);

    await expectRefused(file, "MR1004");
  });

  test("is found in an index, too: a run that is missing in it would never be gone on with", async () => {
    const file = await closedStore();
    const connection = connectLibsql(file);
    // As if the entry had been lost: the definition says that there is one more.
    await connection.executeMultiple(`UPDATE runs SET status = 'completed', ended_at = 9; PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = replace(sql, 'completed', 'failed') WHERE name = 'runs_by_status';`);
    connection.close();

    await expect(open(file)).rejects.toMatchObject({ code: "MR1004" });
  });

  test("is found in a row, too, that breaks the rules of its table", async () => {
    const file = await closedStore();
    const connection = connectLibsql(file);
    await connection.executeMultiple(
      "PRAGMA ignore_check_constraints = ON; UPDATE steps SET info = '{' WHERE key = 'step/7'",
    );
    connection.close();

    await expect(open(file)).rejects.toMatchObject({
      code: "MR1004",
      facts: { detail: 'a row of "steps" breaks its rules' },
    });
  });

  test("is found in such a row in a file that nobody has open, too", async () => {
    const file = await closedStore();
    const connection = connectLibsql(file);
    await connection.executeMultiple(
      "PRAGMA ignore_check_constraints = ON; UPDATE steps SET info = '{' WHERE key = 'step/7'; PRAGMA wal_checkpoint(TRUNCATE)",
    );
    connection.close();
    const before = readFileSync(file);

    await expect(open(file)).rejects.toMatchObject({
      code: "MR1004",
      facts: { detail: "CHECK constraint failed in steps" },
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("in more than 4 MB is not looked for; it is told when it keeps the store from being opened", async () => {
    const file = await closedStore(30_000);
    damage(file, 2);

    await expect(open(file)).rejects.toMatchObject({ code: "MR1004", facts: { file } });
  });

  test("in more than 4 MB is told when it is met by a read", async () => {
    const file = await closedStore(30_000);
    // The first pages are those of the tables themselves, which opening looks at.
    damage(file, 100);
    const store = await open(file, {
      connect: intercept((real) => ({
        // The newest step lies on the last page, which opening would meet.
        execute: async (sql, args) => (sql.includes("max(seq)") ? [{ seq: 500 }] : real.execute(sql, args)),
      })),
    });

    await expect(store.stepsOf("run_1")).rejects.toMatchObject({ code: "MR1004", facts: { file } });
  });
});

test("a read that fails for another reason says so", async () => {
  const file = newFile();
  const store = await open(file, {
    connect: intercept((real) => ({
      execute: async (sql, args) => {
        if (sql.includes("FROM events")) throw new Error("disk I/O error");
        return real.execute(sql, args);
      },
    })),
  });

  await expect(store.eventsOf("run_1")).rejects.toMatchObject({
    code: "MR1010",
    facts: { file, reason: "disk I/O error" },
  });
});

describe("opening takes", () => {
  test("an empty file for a new store", async () => {
    const file = newFile();
    writeFileSync(file, "");

    const store = await openWithRun(file);

    expect(await store.run("run_1")).toMatchObject({ status: "running" });
  });

  test("a store after an unclean stop, with the rows of its journal", async () => {
    const file = await uncleanStore("UPDATE runs SET recoveries = 1;");

    const store = await open(file);

    expect(await store.run("run_1")).toMatchObject({ recoveries: 1 });
    expect(await store.stepsOf("run_1")).toHaveLength(200);
  });
});

describe("a new store", () => {
  async function newStore(): Promise<string> {
    const file = newFile();
    await (await open(file)).close();
    return file;
  }

  test("is signed, knows its schema and gives freed pages back", async () => {
    const file = await newStore();

    const header = readFileSync(file);

    expect(header.readUInt32BE(68)).toBe(APPLICATION_ID);
    expect(header.readUInt32BE(60)).toBe(SCHEMA_VERSION);
    expect(header.readUInt32BE(64), "incremental vacuum").toBe(1);
  });

  test("lies in a folder that other users cannot enter", async () => {
    const file = join(temporaryFolder(), ".maestro", "maestro.db");

    await open(file);

    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  });

  test("has 16 MB of ballast that really take room", async () => {
    const file = await newStore();

    const { size, blocks } = statSync(`${file}.ballast`);

    expect(size).toBe(16 * 1024 * 1024);
    expect(blocks * 512).toBeGreaterThanOrEqual(size);
  });

  test("leaves an empty journal when it is closed", async () => {
    const file = await newStore();

    expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  });
});
