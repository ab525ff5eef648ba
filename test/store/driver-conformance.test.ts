/*
 * The ways in which the shipped driver loses acknowledged writes (S9). Each first test of a pair shows the trap with the
 * driver alone: should one fail after an update, the driver has got better and the rule can be looked at again.
 */
import { pathToFileURL } from "node:url";
import { type Client, ConnectionPool, createClient } from "@libsql/client/sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Connection, connectLibsql } from "../../src/store/connection.ts";
import { completed, intercept, newFile, open, openWithRun, startChild } from "./workbench.ts";

const BUSY = 5;

function publicClient(file: string): Client {
  const client = createClient({ url: pathToFileURL(file).href, concurrency: 1, timeout: 1 });
  onTestFinished(() => client.close());
  return client;
}

function storeConnection(file: string): Connection {
  const connection = connectLibsql(file);
  onTestFinished(() => connection.close());
  return connection;
}

/** Rows of `t` as somebody else sees them. */
async function rowsOnDisk(file: string): Promise<unknown> {
  const { rows } = await publicClient(file).execute("SELECT count(*) AS n FROM t");
  return rows[0]?.n;
}

async function withTable(file: string): Promise<string> {
  await storeConnection(file).executeMultiple(
    "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER)",
  );
  return file;
}

async function whileHeld(file: string, work: () => Promise<unknown>) {
  const other = storeConnection(file);
  await other.executeMultiple("BEGIN IMMEDIATE");
  await expect(work()).rejects.toMatchObject({ rawCode: BUSY });
  await other.executeMultiple("COMMIT");
}

describe("what connection.ts takes from the driver's private parts", () => {
  test("is there: a pool that gives its one connection at once and can be opened again", () => {
    const pool = new ConnectionPool(newFile(), { timeout: 5_000 }, 1);
    onTestFinished(() => pool.close());

    for (let round = 0; round < 2; round++) {
      const database = pool.acquireSync();
      expect(database.open).toBe(true);
      expect(database.inTransaction).toBe(false);
      expect(database.prepare("SELECT ?").reader).toBe(true);
      expect(database.prepare("SELECT ? AS n").all([7])).toEqual([{ n: 7 }]);
      pool.reopen();
      expect(database.open).toBe(false);
    }
  });

  test("waits for others for as long as it is told", async () => {
    const pool = new ConnectionPool(newFile(), { timeout: 5_000 }, 1);
    onTestFinished(() => pool.close());

    expect(pool.acquireSync().prepare("SELECT timeout FROM pragma_busy_timeout").all([])).toEqual([
      { timeout: 5_000 },
    ]);
  });
});

describe("SQLITE_BUSY", () => {
  test("makes the driver acknowledge later writes that it does not commit", async () => {
    const file = await withTable(newFile());
    const client = publicClient(file);

    await whileHeld(file, () => client.execute("INSERT INTO t VALUES (1)"));
    const { rowsAffected } = await client.execute("INSERT INTO t VALUES (2)");

    expect(rowsAffected).toBe(1);
    expect(await rowsOnDisk(file)).toBe(0);
  });

  test("does no harm to the connection that takes its place", async () => {
    const file = await withTable(newFile());
    const connection = storeConnection(file);
    await connection.executeMultiple("PRAGMA busy_timeout = 1");

    await whileHeld(file, () => connection.execute("INSERT INTO t VALUES (?)", [1]));
    await connection.reconnect();
    await connection.execute("INSERT INTO t VALUES (?)", [2]);

    expect(await rowsOnDisk(file)).toBe(1);
  });

  test("in a storm of processes that open the file directly loses nothing of what the store acknowledged", async () => {
    const file = newFile();
    let busy = 0;
    const store = await openWithRun(file, {
      connect: intercept((real) => {
        const count = (error: { rawCode?: number }) => {
          if (error.rawCode === BUSY) busy++;
          throw error;
        };
        return {
          execute: (sql, args) => real.execute(sql, args).catch(count),
          batch: (statements, begun) => real.batch(statements, begun).catch(count),
          // Without the driver's own patience, so that there is a storm.
          executeMultiple: (sql) => real.executeMultiple(`${sql}; PRAGMA busy_timeout = 1`),
        };
      }),
    });
    const rivals = [startChild("hold-lock", [file]), startChild("hold-lock", [file])];
    await Promise.all(rivals.map((rival) => rival.line()));
    const acknowledged: string[] = [];

    while (busy < 30 || acknowledged.length < 150) {
      const turn = [0, 1, 2]
        .slice(0, 1 + (acknowledged.length % 3))
        .map((i) => `${acknowledged.length}/${i}`);
      await Promise.all(turn.map((key) => store.recordStep(completed(key))));
      store.appendEvent({ runId: "run_1", at: 1, type: "turn", step: null, data: null });
      acknowledged.push(...turn);
    }
    for (const rival of rivals) rival.kill();
    await Promise.all(rivals.map((rival) => rival.ended));
    await store.close();

    const again = await open(file);
    expect((await again.stepsOf("run_1")).map(({ key }) => key).sort()).toEqual(acknowledged.sort());
    expect(new Set((await again.eventsOf("run_1")).map(({ id }) => id)).size).toBe(
      (await again.eventsOf("run_1")).length,
    );
  });
});

describe("a PRAGMA that gives rows", () => {
  test("through execute leaves a transaction open that takes the next write with it", async () => {
    const file = await withTable(newFile());
    const client = publicClient(file);
    await client.executeMultiple("INSERT INTO t VALUES (zeroblob(100000)); DELETE FROM t;");

    await client.execute("PRAGMA incremental_vacuum");
    await client.execute("INSERT INTO t VALUES (1)");

    expect(await rowsOnDisk(file)).toBe(0);
  });

  test("through executeMultiple does not", async () => {
    const file = await withTable(newFile());
    const connection = storeConnection(file);
    await connection.executeMultiple("INSERT INTO t VALUES (zeroblob(100000)); DELETE FROM t;");

    await connection.executeMultiple("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(PASSIVE)");
    await connection.execute("INSERT INTO t VALUES (?)", [1]);

    expect(await rowsOnDisk(file)).toBe(1);
  });
});

describe("arguments", () => {
  test("that are missing bind NULL without a word; the store counts them", async () => {
    const file = newFile();
    const connection = storeConnection(file);
    await connection.executeMultiple("CREATE TABLE two (a INTEGER, b INTEGER)");

    await connection.execute("INSERT INTO two VALUES (?, ?)", [1]);

    expect(await connection.execute("SELECT * FROM two")).toEqual([{ a: 1, b: null }]);
  });

  test("above 2^53 make every read of their row fail in the public client; the store does not take them", async () => {
    const file = await withTable(newFile());
    const client = publicClient(file);

    await client.execute({ sql: "INSERT INTO t VALUES (?)", args: [2n ** 53n + 1n] });

    await expect(client.execute("SELECT n FROM t")).rejects.toThrow(RangeError);
    const store = await openWithRun(newFile());
    await expect(store.recordStep(completed("a", { startedAt: 2 ** 53 + 2 }))).rejects.toThrow("2^53");
  });

  test("that are text end at a NUL when they are read; the store does not take them", async () => {
    const connection = storeConnection(newFile());

    expect(await connection.execute("SELECT ? AS text", ["a\0b"])).toEqual([{ text: "a" }]);
  });
});

describe("the size of a result", () => {
  test.each([99, 100, 101, 200])(
    "of %i rows is read to its end, so that the journal can be emptied",
    async (count) => {
      const file = await withTable(newFile());
      const connection = storeConnection(file);
      await connection.executeMultiple(
        `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${count}) INSERT INTO t SELECT n FROM c`,
      );

      expect(await connection.execute("SELECT n FROM t")).toHaveLength(count);

      await connection.executeMultiple("INSERT INTO t VALUES (0); PRAGMA wal_checkpoint(TRUNCATE)");
      expect(await rowsOnDisk(file)).toBe(count + 1);
    },
  );
});
