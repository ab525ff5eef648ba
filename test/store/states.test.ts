import { describe, expect, test } from "vitest";
import { type Connection, connectLibsql } from "../../src/store/connection.ts";
import { completed, newFile, newRun, openWithRun, over } from "./workbench.ts";

const CONSTRAINT = 19;

async function writeDirectly(sql: string): Promise<unknown> {
  const file = newFile();
  const store = await openWithRun(file);
  await store.recordStep(completed("found"));
  await store.close();
  const connection: Connection = connectLibsql(file);
  try {
    await connection.executeMultiple("PRAGMA foreign_keys = ON");
    return await connection.execute(sql).catch((error: { rawCode: number }) => error.rawCode & 0xff);
  } finally {
    connection.close();
  }
}

const RUN = "INSERT INTO runs (id, score, deployment, status, created_at, input, ended_at, output, error)";
const STEP = "INSERT INTO steps (run_id, key, attempt, kind, status, started_at, ended_at, output, error)";
const HASH = "0".repeat(64);

// About the tables of a file.
describe.skipIf(over.memory)("the tables cannot hold", () => {
  test.each([
    ["a run of an unknown status", `${RUN} VALUES ('r', 's', 'd', 'done', 1, '{}', NULL, NULL, NULL)`],
    [
      "a completed run without an end",
      `${RUN} VALUES ('r', 's', 'd', 'completed', 1, '{}', NULL, NULL, NULL)`,
    ],
    ["a waiting run with an end", `${RUN} VALUES ('r', 's', 'd', 'waiting', 1, '{}', 2, NULL, NULL)`],
    ["an output of a cancelled run", `${RUN} VALUES ('r', 's', 'd', 'cancelled', 1, '{}', 2, '1', NULL)`],
    ["a failed run without its error", `${RUN} VALUES ('r', 's', 'd', 'failed', 1, '{}', 2, NULL, NULL)`],
    ["an error of a completed run", `${RUN} VALUES ('r', 's', 'd', 'completed', 1, '{}', 2, NULL, '{}')`],
    ["an error that is not JSON", `${RUN} VALUES ('r', 's', 'd', 'failed', 1, '{}', 2, NULL, 'oops')`],
    ["a reason that is not JSON", "UPDATE runs SET reason = 'because'"],
    ["less than no recoveries", "UPDATE runs SET recoveries = -1"],
    [
      "a run of a deployment that is not there",
      `${RUN} VALUES ('r', 's', 'gone', 'queued', 1, '{}', NULL, NULL, NULL)`,
    ],
    ["a time that is text", `${RUN} VALUES ('r', 's', 'd', 'queued', 'noon', '{}', NULL, NULL, NULL)`],
    [
      "an attempt before the first",
      `${STEP} VALUES ('run_1', 'a', 0, 'task', 'running', 1, NULL, NULL, NULL)`,
    ],
    ["a step of an unknown status", `${STEP} VALUES ('run_1', 'a', 1, 'task', 'ok', 1, 2, NULL, NULL)`],
    ["a running step with an end", `${STEP} VALUES ('run_1', 'a', 1, 'task', 'running', 1, 2, NULL, NULL)`],
    [
      "a completed step without an end",
      `${STEP} VALUES ('run_1', 'a', 1, 'task', 'completed', 1, NULL, '1', NULL)`,
    ],
    [
      "a step that ends before it starts",
      `${STEP} VALUES ('run_1', 'a', 1, 'task', 'completed', 2, 1, '1', NULL)`,
    ],
    ["an output of a failed step", `${STEP} VALUES ('run_1', 'a', 1, 'task', 'failed', 1, 2, '1', '{}')`],
    [
      "a failed step without its error",
      `${STEP} VALUES ('run_1', 'a', 1, 'task', 'failed', 1, 2, NULL, NULL)`,
    ],
    [
      "an interrupted step without its error",
      `${STEP} VALUES ('run_1', 'a', 1, 'task', 'interrupted', 1, 2, NULL, NULL)`,
    ],
    [
      "an error of a completed step",
      `${STEP} VALUES ('run_1', 'a', 1, 'task', 'completed', 1, 2, '1', '{}')`,
    ],
    ["one attempt twice", `${STEP} VALUES ('run_1', 'found', 1, 'task', 'completed', 1, 2, '1', NULL)`],
    [
      "a step of a run that is not there",
      `${STEP} VALUES ('gone', 'a', 1, 'task', 'completed', 1, 2, '1', NULL)`,
    ],
    ["an event of a run that is not there", "INSERT INTO events (run_id, at, type) VALUES ('gone', 1, 'x')"],
    ["a blob under half a hash", "INSERT INTO blobs VALUES ('abc', 1, x'00')"],
    ["a blob of another size than it says", `INSERT INTO blobs VALUES ('${HASH}', 2, x'00')`],
    [
      "an artifact without content",
      `INSERT INTO artifacts VALUES ('run_1', 'found', 1, 'a', 't', 1, '${HASH}', 1)`,
    ],
  ])("%s", async (_what, sql) => {
    expect(await writeDirectly(sql)).toBe(CONSTRAINT);
  });

  test("nothing is wrong with a skipped step that carries an error", async () => {
    expect(
      await writeDirectly(`${STEP} VALUES ('run_1', 'a', 1, 'task', 'skipped', 1, 2, NULL, '{}')`),
    ).toEqual([]);
  });
});

describe("what has ended stays as it ended", () => {
  test("a run that completed is not failed, resumed or counted as recovered afterwards", async () => {
    const store = await openWithRun(newFile());
    await store.endRun({
      id: "run_1",
      status: "completed",
      output: "1",
      error: null,
      reason: null,
      endedAt: 5,
    });
    const ended = await store.run("run_1");

    void store.endRun({ id: "run_1", status: "failed", output: null, error: "{}", reason: null, endedAt: 6 });
    void store.changeRun({ id: "run_1", status: "running", recoveries: 3, reason: "{}", startedAt: 9 });
    await store.settled();

    expect(await store.run("run_1")).toEqual(ended);
    expect(ended).toMatchObject({ status: "completed", output: "1", endedAt: 5 });
  });

  test("a settled attempt keeps its outcome, whatever is recorded late", async () => {
    const store = await openWithRun(newFile());
    await store.recordStep(completed("found"));

    await store.recordStep(completed("found", { status: "failed", output: null, error: "{}" }));
    await store.recordStep(completed("found", { output: JSON.stringify("x".repeat(300_000)) }));

    expect(await store.stepsOf("run_1")).toEqual([completed("found")]);
  });

  test.each([
    ["nothing", null],
    ["something large", JSON.stringify("y".repeat(300_000))],
  ])("an attempt that gave %s does not get the large output of a late one", async (_what, output) => {
    const store = await openWithRun(newFile());
    await store.recordStep(completed("found", { output }));

    await store.recordStep(completed("found", { endedAt: 99, output: JSON.stringify("x".repeat(300_000)) }));

    expect(await store.stepsOf("run_1")).toEqual([completed("found", { output })]);
  });

  test("a failed attempt does not get the large output of a late one", async () => {
    const store = await openWithRun(newFile());
    const failed = completed("found", { status: "failed", output: null, error: '{"message":"no"}' });
    await store.recordStep(failed);

    await store.recordStep(completed("found", { output: JSON.stringify("x".repeat(300_000)) }));

    expect(await store.stepsOf("run_1")).toEqual([failed]);
  });

  test("an attempt written as running is settled once, from its first start on", async () => {
    const store = await openWithRun(newFile());
    const running = completed("found", {
      status: "running",
      output: null,
      endedAt: null,
      info: '{"items":3}',
    });
    await store.recordStep(running);
    expect(await store.stepsOf("run_1")).toEqual([running]);

    await store.recordStep(completed("found", { startedAt: 12 }));

    expect(await store.stepsOf("run_1")).toEqual([
      completed("found", { startedAt: 10, info: '{"items":3}' }),
    ]);
  });

  test("an attempt that is started and settled in one turn is settled", async () => {
    const store = await openWithRun(newFile());

    void store.recordStep(completed("found", { status: "running", output: null, endedAt: null }));
    await store.recordStep(completed("found"));

    expect(await store.stepsOf("run_1")).toEqual([completed("found")]);
  });

  test("a second attempt stands beside the first", async () => {
    const store = await openWithRun(newFile());
    const failed = completed("found", { status: "failed", output: null, error: "{}" });

    await store.recordStep(failed);
    await store.recordStep(completed("found", { attempt: 2 }));

    expect(await store.stepsOf("run_1")).toEqual([failed, completed("found", { attempt: 2 })]);
  });

  test("a step during which the clock was set back ends when it started", async () => {
    const store = await openWithRun(newFile());

    await store.recordStep(completed("alone", { startedAt: 50, endedAt: 20 }));
    await store.recordStep(
      completed("begun", { status: "running", output: null, startedAt: 50, endedAt: null }),
    );
    await store.recordStep(completed("begun", { startedAt: 20, endedAt: 30 }));

    const ended = { startedAt: 50, endedAt: 50 };
    expect(await store.stepsOf("run_1")).toMatchObject([ended, ended]);
  });
});

test("a change of a run leaves alone what it does not name", async () => {
  const store = await openWithRun(newFile());
  await store.createRun(newRun({ id: "run_2", status: "queued", startedAt: null }));

  await store.changeRun({ id: "run_2", status: "running", startedAt: 7 });
  await store.changeRun({ id: "run_2", status: "waiting", reason: '{"for":"answer"}' });
  await store.changeRun({ id: "run_2", recoveries: 2 });

  const waiting = { status: "waiting", reason: '{"for":"answer"}', startedAt: 7, recoveries: 2 };
  expect(await store.run("run_2")).toMatchObject(waiting);
  await store.changeRun({ id: "run_2", status: "running", reason: null });
  expect(await store.run("run_2")).toMatchObject({ ...waiting, status: "running", reason: null });
});

test("a run goes on with another deployment together with what is written down for that, or not at all", async () => {
  const store = await openWithRun(newFile());
  await store.saveDeployment({ hash: "d2", score: "leads", plan: "{}", code: null, createdAt: 2 });
  await store.createRun(newRun({ id: "run_2" }));
  await store.endRun({
    id: "run_2",
    status: "cancelled",
    output: null,
    error: null,
    reason: null,
    endedAt: 9,
  });
  const event = { runId: "run_1", at: 3, type: "run.migrated", step: null, data: null };
  const steps = [completed("found", { attempt: 2 })];
  const runs = ["run_1", "run_2"].map((id) => ({ id, deployment: "d2" }));

  await store.migrateRuns({ runs, steps, events: [event] });
  expect(await store.run("run_1")).toMatchObject({ deployment: "d2", status: "running" });
  expect(await store.run("run_2")).toMatchObject({ deployment: "d" });
  expect(await store.stepsOf("run_1")).toMatchObject(steps);
  expect(await store.eventsOf("run_1")).toMatchObject([event]);

  const nowhere = [{ id: "run_1", deployment: "d3" }];
  await expect(
    store.migrateRuns({ runs: nowhere, steps: [completed("lost")], events: [] }),
  ).rejects.toThrow();
  expect(await store.run("run_1")).toMatchObject({ deployment: "d2" });
  expect(await store.stepsOf("run_1")).toMatchObject(steps);
});
