import { statSync } from "node:fs";
import { expect, test } from "vitest";
import { type Pace, type Pruned, pruneRuns } from "../../src/operations/prune-runs.ts";
import { connectLibsql } from "../../src/store/connection.ts";
import type { NewRun, RunEnding, Store } from "../../src/store/store.ts";
import { completed, newFile, newRun, open, openWithRun } from "./workbench.ts";

const DAY = 86_400_000;
/** The id of the run `n` of a day. */
const idOf = (day: number, n = 0) =>
  `run_${(day * DAY).toString(16).padStart(12, "0")}7${String(n).padStart(19, "0")}`;

interface Kind extends Partial<NewRun> {
  readonly ends?: RunEnding;
}

/** A run that began and, when it ends, ended on this day. */
async function addRun(store: Store, day: number, { ends, ...row }: Kind = {}, n = 0): Promise<string> {
  const id = idOf(day, n);
  await store.createRun(newRun({ id, createdAt: day * DAY, startedAt: day * DAY, ...row }));
  if (ends)
    await store.endRun({
      id,
      status: ends,
      output: null,
      error: ends === "failed" ? '{"message":"no"}' : null,
      reason: null,
      endedAt: day * DAY + 1_000,
    });
  return id;
}

const AT_ONCE: Pace = { isOver: () => false, pause: async () => {} };

/** On day 100: what ended before day 50 goes, what failed before day 20. */
function prune(store: Store, pace: Pace = AT_ONCE, isMeant = true): Promise<Pruned> {
  const before = { endedBefore: 50 * DAY, failedBefore: 20 * DAY };
  return pruneRuns({ history: store.history, now: () => 100 * DAY }, { ...before, after: "", isMeant }, pace);
}

async function idsIn(store: Store): Promise<string[]> {
  return (await store.listRuns({ limit: 99 })).map(({ id }) => id).filter((id) => id !== "run_1");
}

async function rowsIn(file: string, run: string): Promise<Record<string, number>> {
  const connection = connectLibsql(file);
  const counts: Record<string, number> = {};
  const tables = ["steps", "events", "model_calls", "recordings", "agent_turns", "artifacts", "reservations"];
  for (const table of tables) {
    const [row] = await connection.execute(`SELECT count(*) AS n FROM ${table} WHERE run_id = ?`, [run]);
    if (row!.n !== 0) counts[table] = row!.n as number;
  }
  const [rest] = await connection.execute(
    "SELECT (SELECT count(*) FROM blobs) AS blobs, (SELECT count(*) FROM accounts) AS accounts",
  );
  connection.close();
  return { ...counts, ...(rest as Record<string, number>) };
}

/** A row of every kind that a run can have. */
async function addEverything(store: Store, runId: string): Promise<void> {
  const large = JSON.stringify("x".repeat(300_000));
  await store.recordStep(completed("large", { runId, output: large }));
  for (let n = 0; n < 300; n++) void store.recordStep(completed(`items/${n}`, { runId }));
  for (let n = 0; n < 3; n++) store.appendEvent({ runId, at: 1, type: "log", step: "large", data: "{}" });
  const of = { runId, step: "large", attempt: 1, call: 1 };
  store.recordModelCall({
    ...of,
    agent: "writer",
    model: "a/b",
    startedAt: 5 * DAY,
    durationMs: 1,
    inputTokens: 10,
    cachedTokens: 0,
    outputTokens: 10,
    reasoningTokens: 0,
    microUsd: 700,
    prices: "config",
    error: null,
    source: "live",
  });
  store.keepRecording({ ...of, data: "{}" });
  const said = { isTool: false, at: 1, data: "{}", result: null };
  await store.recordTurn({ runId, step: "large", conversation: 0, n: 0, ...said });
  store.noteSpent(`run:${runId}`, 700);
  store.noteSpent("day:1970-01-06", 700);
  await store.settled();
}

test("a run whose time is over goes with all that was its own; contents that others have, and what was spent, stay", async () => {
  const file = newFile();
  const store = await openWithRun(file);
  const [old, fresh] = [await addRun(store, 5), await addRun(store, 90)];
  await addEverything(store, old);
  await addEverything(store, fresh);
  for (const id of [old, fresh])
    await store.endRun({
      id,
      status: "completed",
      output: null,
      error: null,
      reason: null,
      endedAt: Number.parseInt(id.slice(4, 16), 16),
    });
  const costs = await store.costsBy({ by: "score", since: 0 });

  const looked = await prune(store, AT_ONCE, false);
  expect(looked.groups).toEqual([
    { score: "leads", status: "completed", runs: 1, oldestAt: 5 * DAY, newestAt: 5 * DAY },
  ]);
  expect(await store.stepsOf(old)).toHaveLength(301);
  await prune(store);

  expect(await idsIn(store)).toEqual([fresh]);
  await store.close();
  expect(await rowsIn(file, old)).toEqual({ blobs: 1, accounts: 2 });
  expect(await rowsIn(file, fresh)).toMatchObject({ steps: 301, artifacts: 1, blobs: 1 });
  const again = await open(file);
  expect(await again.costsBy({ by: "score", since: 0 })).toEqual(costs);
  expect((await again.stepsOf(fresh)).find(({ key }) => key === "large")!.output).toHaveLength(300_002);
});

test("runs that failed are kept for longer, and those that have not ended for ever", async () => {
  const store = await openWithRun(newFile());
  const [failedLong, failed] = [
    await addRun(store, 10, { ends: "failed" }),
    await addRun(store, 30, { ends: "failed" }),
  ];
  const [cancelled, waiting] = [
    await addRun(store, 31, { ends: "cancelled" }),
    await addRun(store, 1, { status: "waiting" }),
  ];
  const border = await addRun(store, 50, { ends: "completed" });

  const { groups } = await prune(store);

  expect(await idsIn(store)).toEqual([border, failed, waiting]);
  expect(groups.map(({ status, runs }) => [status, runs])).toEqual([
    ["failed", 1],
    ["cancelled", 1],
  ]);
  expect([await store.run(failedLong), await store.run(cancelled)]).toEqual([undefined, undefined]);
});

test("what belongs together goes together, when all of it has ended", async () => {
  const store = await openWithRun(newFile());
  const outer = await addRun(store, 10, { ends: "completed" });
  const inner = await addRun(store, 10, { ends: "completed", parent: `${outer}/sent` }, 1);
  const innermost = await addRun(store, 40, { ends: "failed", parent: `${inner}/sent` }, 2);
  const parted = await addRun(store, 11, { ends: "completed" });
  const part = await addRun(store, 12, { status: "waiting", parent: `${parted}/sent` });
  const playing = await addRun(store, 13, { status: "running" });
  const played = await addRun(store, 14, { ends: "completed", parent: `${playing}/sent` });

  const { needed } = await prune(store);

  expect(await idsIn(store)).toEqual([played, playing, part, parted]);
  expect(needed).toBe(1);
  expect([await store.run(inner), await store.run(innermost)]).toEqual([undefined, undefined]);
});

test("a run stays as long as one goes on that was begun from it", async () => {
  const store = await openWithRun(newFile());
  const first = await addRun(store, 10, { ends: "failed" });
  const second = idOf(90);
  const event = {
    runId: second,
    at: 1,
    type: "run.derived",
    step: null,
    data: JSON.stringify({ of: first }),
  };
  await store.createRun(newRun({ id: second, createdAt: 90 * DAY }), { taken: [], event });

  expect(await prune(store)).toMatchObject({ groups: [], needed: 1 });
  // Said once more where it is done, so that nothing comes between.
  await store.history.leave([first], 1);
  expect(await idsIn(store)).toEqual([second, first]);
  await store.endRun({
    id: second,
    status: "completed",
    output: null,
    error: null,
    reason: null,
    endedAt: 90 * DAY,
  });
  await prune(store);

  expect(await idsIn(store)).toEqual([second]);
});

test("stopped in the middle of a run, nobody sees it any more, and the next look deletes the rest", async () => {
  const file = newFile();
  const store = await openWithRun(file);
  const old = await addRun(store, 5);
  await addEverything(store, old);
  await store.endRun({
    id: old,
    status: "completed",
    output: null,
    error: null,
    reason: null,
    endedAt: 5 * DAY,
  });
  let slices = 0;

  const stopped = await prune(store, { ...AT_ONCE, isOver: () => ++slices === 1 });

  expect(stopped.next).toBeDefined();
  expect([await store.run(old), await idsIn(store), await store.findRuns(old)]).toEqual([undefined, [], []]);
  expect((await store.stepsOf(old)).length).toBeGreaterThan(0);
  const before = { endedBefore: 0, failedBefore: 0 };
  await pruneRuns({ history: store.history, now: () => 1 }, { ...before, after: "", isMeant: true }, AT_ONCE);
  expect(await store.stepsOf(old)).toEqual([]);
});

test("what runs took of the disk is given back", async () => {
  const file = newFile();
  const store = await openWithRun(file);
  for (let n = 0; n < 20; n++) {
    const runId = await addRun(store, 5, {}, n);
    await store.recordStep(completed("a", { runId, output: JSON.stringify(`${n}${"x".repeat(100_000)}`) }));
    await store.endRun({
      id: runId,
      status: "completed",
      output: null,
      error: null,
      reason: null,
      endedAt: 5 * DAY,
    });
  }

  const { pages } = await prune(store);
  await store.close();

  expect(pages).toBeGreaterThan(400);
  expect(statSync(file).size).toBeLessThan(600_000);
});
