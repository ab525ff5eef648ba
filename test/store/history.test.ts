import { expect, test } from "vitest";
import { connectLibsql } from "../../src/store/connection.ts";
import { runsQuery } from "../../src/store/runs.ts";
import type { RunQuery, Store } from "../../src/store/store.ts";
import { runPage } from "../../src/views/run-page.ts";
import { newFile, newRun, openWithRun } from "./workbench.ts";

const DAY = 86_400_000;
/** The id of the run `n` that was asked for at `at`. */
const idOf = (at: number, n = 0) => `run_${at.toString(16).padStart(12, "0")}7${String(n).padStart(19, "0")}`;

/** Runs of two scores, one a day: every tenth has failed. */
async function openHistory(count: number) {
  const file = newFile();
  const store = await openWithRun(file);
  for (let n = 1; n <= count; n++) {
    const id = idOf(n * DAY);
    void store.createRun(newRun({ id, score: n % 2 ? "odd" : "even", createdAt: n * DAY }));
    const isFailed = n % 10 === 0;
    const error = isFailed ? '{"message":"no"}' : null;
    const status = isFailed ? "failed" : "completed";
    void store.endRun({ id, status, output: null, error, reason: null, endedAt: n * DAY + 1 });
  }
  await store.settled();
  return { file, store };
}

async function allPages(store: Store, limit: number, onPage: () => Promise<void> = async () => {}) {
  const seen: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await runPage(store, { limit, after });
    seen.push(...page.map(({ id }) => id));
    if (page.length < limit) return seen;
    after = page.at(-1)!.id;
    await onPage();
  }
}

test("pages hold every run once, also while others begin", async () => {
  const { store } = await openHistory(30);
  let begun = 1_000;

  const seen = await allPages(store, 7, async () => {
    await store.createRun(newRun({ id: idOf(++begun * DAY), createdAt: begun * DAY }));
  });

  const there = Array.from({ length: 30 }, (_, index) => idOf((30 - index) * DAY));
  expect(seen).toEqual(["run_1", ...there]);
});

test("runs are chosen by when they were begun, by score and by how they ended", async () => {
  const { store } = await openHistory(30);
  const days = async (filter: Partial<Parameters<typeof runPage>[1]>) =>
    (await runPage(store, { limit: 99, ...filter })).map(({ createdAt }) => createdAt / DAY);

  expect(await days({ since: 27 * DAY, until: 30 * DAY })).toEqual([29, 28, 27]);
  expect(await days({ since: 26 * DAY, until: 31 * DAY, score: "even" })).toEqual([30, 28, 26]);
  expect(await days({ status: "failed", until: 30 * DAY })).toEqual([20, 10]);
  expect(await days({ status: "failed", score: "odd" })).toEqual([]);
  expect(await days({ after: idOf(3 * DAY), since: 0 })).toEqual([2, 1]);
});

test.each<[string, RunQuery, RegExp]>([
  ["of all", { limit: 20 }, /^SCAN runs USING INDEX sqlite_autoindex_runs_1$/],
  [
    "of a time",
    { limit: 20, before: "run_2", from: "run_1" },
    /^SEARCH runs USING INDEX sqlite_autoindex_runs_1 \(id>\? AND id<\?\)/,
  ],
  ["of a score", { limit: 20, score: "odd", before: "run_2" }, /INDEX runs_by_score \(score=\? AND id<\?\)/],
  [
    "that failed",
    { limit: 20, status: "failed", before: "run_2" },
    /INDEX runs_by_status \(status=\? AND id<\?\)/,
  ],
  [
    "of a score that failed",
    { limit: 20, score: "odd", status: "failed", before: "run_2" },
    /INDEX runs_failed_by_score \(score=\? AND status=\? AND id<\?\)/,
  ],
  [
    "of an orchestra that were cancelled",
    { limit: 20, orchestra: "mornings", status: "cancelled", from: "run_1" },
    /INDEX runs_failed_by_orchestra \(orchestra=\? AND status=\? AND id>\?\)/,
  ],
  ["of an orchestra", { limit: 20, orchestra: "mornings" }, /INDEX runs_by_orchestra \(orchestra=\?\)/],
])(
  "a page of runs %s is read from its place in an index, without sorting",
  async (_what, query, expected) => {
    const { file, store } = await openHistory(3);
    await store.close();
    const connection = connectLibsql(file);
    const { sql, args } = runsQuery(query);

    const plan = (await connection.execute(`EXPLAIN QUERY PLAN ${sql}`, args)).map((row) =>
      String(row.detail),
    );
    connection.close();

    expect(plan).toHaveLength(1);
    expect(plan[0]).toMatch(expected);
  },
);

// Each row of a step, a call or an event looks for its run, past others that may be megabytes long.
test("a run is looked for among ids alone: what runs were given and gave is not read", async () => {
  const { file, store } = await openHistory(1);
  await store.close();
  const connection = connectLibsql(file);

  const [table] = await connection.execute("SELECT wr FROM pragma_table_list('runs')");
  const [plan] = await connection.execute("EXPLAIN QUERY PLAN SELECT 1 FROM runs WHERE id = 'run_1'");
  connection.close();

  expect(table).toMatchObject({ wr: 0 });
  expect(plan?.detail).toBe("SEARCH runs USING COVERING INDEX sqlite_autoindex_runs_1 (id=?)");
});
