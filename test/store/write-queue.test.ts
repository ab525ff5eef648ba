import { statSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Statement } from "../../src/store/connection.ts";
import { completed, intercept, newFile, newRun, open, openWithRun, sqliteError } from "./workbench.ts";

/** Counts transactions that write, and keeps what the last one wrote. */
function counter() {
  const seen = { transactions: 0, statements: [] as readonly Statement[] };
  const connect = intercept((real) => ({
    execute(sql, args = []) {
      if (!sql.startsWith("SELECT")) {
        seen.transactions++;
        seen.statements = [{ sql, args }];
      }
      return real.execute(sql, args);
    },
    batch(statements, begun) {
      seen.transactions++;
      seen.statements = statements;
      return real.batch(statements, begun);
    },
  }));
  return { seen, connect };
}

/** Fails the writes for which `fault` gives an error, once `arm` was called. */
function faulty(fault: (write: number) => Error | undefined) {
  let write = Number.NEGATIVE_INFINITY;
  let reconnects = 0;
  const check = () => {
    const error = fault(++write);
    if (error) throw error;
  };
  const connect = intercept((real) => ({
    async execute(sql, args) {
      if (!sql.trimStart().startsWith("SELECT")) check();
      return real.execute(sql, args);
    },
    async batch(statements, begun) {
      check();
      return real.batch(statements, begun);
    },
    reconnect() {
      reconnects++;
      return real.reconnect();
    },
  }));
  return { connect, arm: () => (write = 0), reconnects: () => reconnects };
}

const busy = () => sqliteError("SQLITE_BUSY", 5);
const full = () => sqliteError("SQLITE_FULL", 13);

describe("group commit", () => {
  test("everything written in one turn of the event loop is one transaction", async () => {
    const { seen, connect } = counter();
    const store = await openWithRun(newFile(), { connect });
    seen.transactions = 0;

    for (let i = 0; i < 100; i++) void store.recordStep(completed(`step/${i}`));
    store.noteStep(completed("branch"));
    store.appendEvent({ runId: "run_1", at: 1, type: "went on", step: null, data: null });
    await store.endRun({
      id: "run_1",
      status: "completed",
      output: "1",
      error: null,
      reason: null,
      endedAt: 5,
    });

    expect(seen.transactions).toBe(1);
    expect(await store.stepsOf("run_1")).toHaveLength(101);
    expect(await store.eventsOf("run_1")).toHaveLength(1);
    expect(await store.run("run_1")).toMatchObject({ status: "completed" });
  });

  test("all who wait for a group wait for one promise", async () => {
    const store = await openWithRun(newFile());

    const first = store.recordStep(completed("a"));
    const second = store.recordStep(completed("b"));

    expect(first).toBe(second);
    await first;
  });

  test("a single row is a single statement", async () => {
    const { seen, connect } = counter();
    const store = await openWithRun(newFile(), { connect });

    await store.recordStep(completed("a"));

    expect(seen.statements).toHaveLength(1);
  });

  test("what a row refers to is written before it, in whatever order they come", async () => {
    const store = await open(newFile());

    void store.endRun({
      id: "run_1",
      status: "completed",
      output: "1",
      error: null,
      reason: null,
      endedAt: 5,
    });
    void store.recordStep(completed("large", { output: JSON.stringify("x".repeat(300_000)) }));
    store.appendEvent({ runId: "run_1", at: 1, type: "started", step: null, data: null });
    void store.createRun(newRun());
    await store.saveDeployment({
      hash: "d",
      score: "leads",
      plan: "{}",
      code: new Uint8Array([1]),
      createdAt: 1,
    });

    expect(await store.run("run_1")).toMatchObject({ status: "completed" });
    expect(await store.stepsOf("run_1")).toHaveLength(1);
  });

  test("what comes first of an attempt counts, whether or not it is written like most", async () => {
    const store = await openWithRun(newFile());
    const failed = { status: "failed", output: null, error: '{"message":"late"}', endedAt: 12 } as const;
    const twice = [
      completed("usual"),
      completed("other", { kind: "http" }),
      completed("again", { attempt: 2 }),
    ];

    for (const row of twice) void store.recordStep(row);
    for (const { key, kind, attempt } of twice)
      void store.recordStep(completed(key, { kind, attempt, ...failed }));
    void store.recordStep(completed("failed", failed));
    await store.recordStep(completed("failed", { endedAt: 13 }));

    const steps = (await store.stepsOf("run_1")).map(({ key, status }) => [key, status]);
    expect(Object.fromEntries(steps)).toEqual({
      usual: "completed",
      other: "completed",
      again: "completed",
      failed: "failed",
    });
  });

  test("what is written during a commit is one transaction after it", async () => {
    const { seen, connect } = counter();
    const store = await openWithRun(newFile(), { connect });
    seen.transactions = 0;

    const followers = Array.from({ length: 20 }, async (_, i) => {
      await store.recordStep(completed(`first/${i}`));
      await store.recordStep(completed(`second/${i}`));
    });
    await Promise.all(followers);

    expect(seen.transactions).toBe(2);
  });

  test("a group takes 2,000 rows", async () => {
    const { seen, connect } = counter();
    const store = await openWithRun(newFile(), { connect });
    seen.transactions = 0;

    for (let i = 0; i < 4_500; i++) void store.recordStep(completed(`step/${i}`));
    await store.settled();

    expect(seen.transactions).toBe(3);
    expect((await store.stepsOf("run_1")).map(({ key }) => key)).toEqual(
      Array.from({ length: 4_500 }, (_, i) => `step/${i}`).sort(),
    );
  });

  test("a noted step waits for the next commit and rides with it", async () => {
    const { seen, connect } = counter();
    const store = await openWithRun(newFile(), { connect });
    seen.transactions = 0;

    store.noteStep(completed("branch"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen.transactions).toBe(0);
    await store.recordStep(completed("task"));

    expect(seen.transactions).toBe(1);
    expect(await store.stepsOf("run_1")).toHaveLength(2);
  });

  test("settled writes what was only noted", async () => {
    const store = await openWithRun(newFile());
    store.noteStep(completed("branch"));

    await store.settled();

    expect(await store.stepsOf("run_1")).toHaveLength(1);
  });

  test("closing writes everything, and a second close does nothing", async () => {
    const file = newFile();
    const store = await openWithRun(file);
    store.noteStep(completed("branch"));
    void store.recordStep(completed("task"));

    await Promise.all([store.close(), store.close()]);

    const again = await open(file);
    expect(await again.stepsOf("run_1")).toHaveLength(2);
    await expect(store.recordStep(completed("late"))).rejects.toThrow("closed");
  });

  test("what is written after closing is refused by its promise, never at once, and dropped where nobody waits", async () => {
    const file = newFile();
    const store = await openWithRun(file);
    await store.close();

    const late = [
      store.recordStep(completed("late")),
      store.changeRun({ id: "run_1", status: "paused" }),
      store.endRuns([], [completed("late")]),
      store.models.addAside({} as never),
      store.settled(),
    ];
    store.noteStep(completed("late"));
    store.appendEvent({ runId: "run_1", at: 1, type: "late", step: null, data: null });

    for (const one of late) await expect(one).rejects.toThrow();
    const again = await open(file);
    expect(await again.stepsOf("run_1")).toEqual([]);
    expect(await again.eventsOf("run_1")).toEqual([]);
  });
});

describe("a busy database", () => {
  test("is written again on a new connection: nothing is lost and nothing doubled", async () => {
    const { connect, arm, reconnects } = faulty((write) =>
      write > 0 && write % 2 === 1 ? busy() : undefined,
    );
    const store = await openWithRun(newFile(), { connect });
    arm();

    for (let turn = 0; turn < 10; turn++) {
      for (let i = 0; i < 5; i++) void store.recordStep(completed(`${turn}/${i}`));
      store.appendEvent({ runId: "run_1", at: turn, type: "turn", step: null, data: null });
      await store.settled();
    }

    expect(reconnects()).toBe(10);
    expect(await store.stepsOf("run_1")).toHaveLength(50);
    expect(await store.eventsOf("run_1")).toHaveLength(10);
  });

  test("ends the writing after 10 s, and then nothing more is written", async () => {
    let time = 0;
    const { connect, arm } = faulty((write) => (write > 0 ? busy() : undefined));
    const store = await openWithRun(newFile(), { connect, now: () => (time += 1_000) });
    arm();

    const write = store.recordStep(completed("a"));

    await expect(write).rejects.toMatchObject({ code: "MR1009", facts: { reason: "SQLITE_BUSY" } });
    await expect(store.recordStep(completed("b"))).rejects.toMatchObject({ code: "MR1009" });
    expect(await store.stepsOf("run_1")).toEqual([]);
  });
});

describe("a full disk", () => {
  test("is answered by giving the ballast back", async () => {
    const file = newFile();
    const { connect, arm } = faulty((write) =>
      write > 0 && statSync(`${file}.ballast`).size > 0 ? full() : undefined,
    );
    const store = await openWithRun(file, { connect });
    writeFileSync(`${file}.ballast`, "room");
    arm();

    await store.recordStep(completed("a"));

    expect(statSync(`${file}.ballast`).size).toBe(0);
    expect(await store.stepsOf("run_1")).toEqual([completed("a")]);
  });

  test("that stays full stops the writing; what was acknowledged is there", async () => {
    const file = newFile();
    const store = await openWithRun(file, {
      // The driver's own SQLITE_FULL, from a file that may not grow.
      connect: intercept((real) => ({
        executeMultiple: (sql) =>
          real.executeMultiple(sql.includes("cache_size") ? `${sql} PRAGMA max_page_count = 100;` : sql),
      })),
    });
    writeFileSync(`${file}.ballast`, "room");
    let acknowledged = 0;

    const writing = (async () => {
      for (let i = 0; i < 1_000; i++) {
        await store.recordStep(completed(`step/${i}`, { output: JSON.stringify("x".repeat(2_000)) }));
        acknowledged++;
      }
    })();

    await expect(writing).rejects.toMatchObject({ code: "MR1008", facts: { file } });
    expect(statSync(`${file}.ballast`).size).toBe(0);
    expect(acknowledged).toBeGreaterThan(5);
    expect(await store.stepsOf("run_1")).toHaveLength(acknowledged);
    await store.close();
    const again = await open(file);
    expect(await again.stepsOf("run_1")).toHaveLength(acknowledged);
  });
});

describe("a write that cannot be made", () => {
  test("rejects everybody in its group and every later write with the same error", async () => {
    const store = await openWithRun(newFile());

    const writes = [
      store.recordStep(completed("good")),
      store.recordStep(completed("bad", { status: "failed", output: null, error: null })),
    ];
    const results = await Promise.allSettled(writes);
    const later = await store.recordStep(completed("later")).catch((error: unknown) => error);

    expect(results).toMatchObject([{ reason: { code: "MR1009" } }, { reason: { code: "MR1009" } }]);
    expect(later).toBe((results[0] as PromiseRejectedResult).reason);
    await expect(store.settled()).rejects.toBe(later);
    expect(await store.stepsOf("run_1")).toEqual([]);
  });

  test("rejects what waits behind it, and closing then is quiet", async () => {
    const { connect, arm } = faulty((write) => (write === 1 ? new Error("disk on fire") : undefined));
    const store = await openWithRun(newFile(), { connect });
    arm();

    const writes = Array.from({ length: 2_500 }, (_, i) => store.recordStep(completed(`step/${i}`)));
    const results = await Promise.allSettled(writes);

    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(["rejected"]));
    await store.close();
  });

  test("is told by close when nobody waited for it", async () => {
    const { connect, arm } = faulty((write) => (write === 1 ? new Error("disk on fire") : undefined));
    const store = await openWithRun(newFile(), { connect });
    arm();
    store.noteStep(completed("branch"));

    await expect(store.close()).rejects.toMatchObject({ code: "MR1009", facts: { reason: "disk on fire" } });
  });
});

describe("a row that the driver would take and lose is a bug of the caller", () => {
  test.each([
    ["a number of more than 53 bits", { startedAt: 2 ** 53 }],
    ["half a millisecond", { startedAt: 1.5 }],
    ["text with a NUL", { key: "a\0b" }],
    ["half a character", { key: "a\ud800" }],
    ["a field that is undefined", { kind: undefined as unknown as string }],
  ])("%s", async (_what, row) => {
    const store = await openWithRun(newFile());

    await expect(store.recordStep(completed("a", row))).rejects.toThrow();
    expect(() => store.noteStep(completed("a", row))).toThrow();
    await store.settled();

    expect(await store.stepsOf("run_1")).toEqual([]);
  });
});
