/*
 * What may go wrong around a write, beside SQLITE_BUSY (`driver-conformance.test.ts`): nothing that was acknowledged is
 * lost by it, and nothing that was refused is there. What is on the disk is read by another connection.
 */
import { describe, expect, onTestFinished, test } from "vitest";
import { type Connection, connectLibsql } from "../../src/store/connection.ts";
import { completed, intercept, newFile, openWithRun, sqliteError, startChild } from "./workbench.ts";

function connection(file: string): Connection {
  const made = connectLibsql(file);
  onTestFinished(() => made.close());
  return made;
}

async function withTable(): Promise<{ file: string; own: Connection }> {
  const file = newFile();
  const own = connection(file);
  await own.executeMultiple("PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER CHECK (n < 1000000))");
  return { file, own };
}

async function onDisk(file: string): Promise<unknown[]> {
  return (await connection(file).execute("SELECT n FROM t ORDER BY n")).map(({ n }) => n);
}

const INSERT = "INSERT INTO t VALUES (?)";
const BAD = 1_000_000;

describe("after a write that fails", () => {
  test.each<[string, (own: Connection) => Promise<unknown>]>([
    ["a statement", (own) => own.execute(INSERT, [BAD])],
    ["a statement at its third row", (own) => own.execute("INSERT INTO t VALUES (7), (8), (1000000)", [])],
    ["one with RETURNING", (own) => own.execute("INSERT INTO t VALUES (7), (1000000) RETURNING n", [])],
    ["one that cannot be read", (own) => own.execute("INSERT INTO t VALUES (", [])],
    ["one with an argument of a wrong kind", (own) => own.execute(INSERT, [{} as never])],
    [
      "the last of a group of 2,000",
      (own) => {
        const good = Array.from({ length: 1_999 }, () => ({ sql: INSERT, args: [7] }));
        return own.batch([...good, { sql: INSERT, args: [BAD] }]);
      },
    ],
    [
      "the first of a group",
      (own) =>
        own.batch([
          { sql: INSERT, args: [BAD] },
          { sql: INSERT, args: [7] },
        ]),
    ],
    [
      "a group within a group",
      (own) =>
        own.batch([
          { sql: "BEGIN", args: [] },
          { sql: INSERT, args: [7] },
        ]),
    ],
    [
      "a script in the middle of its transaction",
      (own) =>
        own.executeMultiple(
          "BEGIN IMMEDIATE; INSERT INTO t VALUES (7); INSERT INTO t VALUES (1000000); COMMIT;",
        ),
    ],
  ])("of %s nothing is there, and what is acknowledged afterwards is", async (_what, fail) => {
    const { file, own } = await withTable();

    await expect(fail(own)).rejects.toThrow();
    await own.execute(INSERT, [1]);
    await own.batch([
      { sql: INSERT, args: [2] },
      { sql: INSERT, args: [3] },
    ]);

    expect(await onDisk(file)).toEqual([1, 2, 3]);
  });

  test("of a hundred in a row, between others, every acknowledged one is there", async () => {
    const { file, own } = await withTable();
    const acknowledged: number[] = [];

    for (let n = 0; n < 100; n++) {
      await expect(own.execute(INSERT, [BAD])).rejects.toThrow();
      await expect(
        own.batch([
          { sql: INSERT, args: [n] },
          { sql: INSERT, args: [BAD] },
        ]),
      ).rejects.toThrow();
      await own.execute(INSERT, [n]);
      acknowledged.push(n);
    }

    expect(await onDisk(file)).toEqual(acknowledged);
  });
});

describe("a reader", () => {
  test("that has not come to its end holds back no write", async () => {
    const { file, own } = await withTable();
    await own.batch(Array.from({ length: 500 }, (_, n) => ({ sql: INSERT, args: [n] })));

    const reading = own.execute("SELECT a.n FROM t a, t b WHERE a.n = 1");
    await own.execute(INSERT, [500]);
    await reading;

    expect(await onDisk(file)).toHaveLength(501);
  });
});

describe("a process that is killed", () => {
  test("in the middle of its transaction leaves none of it, and nobody waits for it", async () => {
    const { file, own } = await withTable();
    await own.execute(INSERT, [1]);
    const child = startChild("write-and-wait", [file]);

    expect(await child.line()).toBe("in its transaction");
    child.kill();
    await child.ended;
    await own.execute(INSERT, [2]);

    expect(await onDisk(file)).toEqual([1, 2]);
  });
});

describe("a store", () => {
  test("that writes 20,000 steps in one turn has all of them on the disk when it says so", async () => {
    const file = newFile();
    const store = await openWithRun(file);
    const writes = Array.from({ length: 20_000 }, (_, i) => store.recordStep(completed(`step/${i}`)));

    await Promise.all(writes);

    const [count] = await connection(file).execute(
      "SELECT count(*) AS n, count(DISTINCT key) AS keys FROM steps",
    );
    expect(count).toMatchObject({ n: 20_000, keys: 20_000 });
  });

  test("has its rules on the connection that takes the place of one that was dropped", async () => {
    let isBusy = false;
    let fresh: Connection | undefined;
    const store = await openWithRun(newFile(), {
      durability: "power",
      connect: intercept((real) => {
        fresh = real;
        return {
          async execute(sql, args) {
            if (isBusy && !sql.startsWith("SELECT")) {
              isBusy = false;
              throw sqliteError("SQLITE_BUSY", 5);
            }
            return real.execute(sql, args);
          },
        };
      }),
    });
    isBusy = true;

    await store.recordStep(completed("a"));

    const [rules] = await fresh!.execute(
      `SELECT f.foreign_keys, s.synchronous, j.journal_mode = 'wal' AS wal
        FROM pragma_foreign_keys f, pragma_synchronous s, pragma_journal_mode j`,
    );
    expect(rules).toMatchObject({ foreign_keys: 1, synchronous: 2, wal: 1 });
  });
});
