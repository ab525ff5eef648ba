import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { connectLibsql } from "../../src/store/connection.ts";
import { completed, newFile, newRun, open, openWithRun, over } from "./workbench.ts";

/** About what lies in the tables of a file. */
const testFile = test.skipIf(over.memory);

async function tableSizes(file: string): Promise<unknown> {
  const connection = connectLibsql(file);
  const [sizes] = await connection.execute(
    "SELECT (SELECT count(*) FROM blobs) AS blobs, (SELECT count(*) FROM artifacts) AS artifacts, (SELECT count(output) FROM steps) AS inline",
  );
  connection.close();
  return sizes;
}

describe("outputs", () => {
  test.each([
    ["NUL", "a\0b"],
    ["half a character", "a\ud800b"],
    ["emoji", "👩‍🚀 and \u{1F3BC}"],
    ["quotes and brackets", `'"\`[]{}\\ ?1 :a $b`],
    ["2^53", 2 ** 53],
    ["a fraction", 0.1 + 0.2],
    ["nothing", null],
    ["an empty text", ""],
    ["a prototype's name", { constructor: 1, ["__proto__"]: 2 }],
  ])("with %s come back as they were", async (_what, value) => {
    const store = await openWithRun(newFile());
    const output = JSON.stringify(value);

    await store.recordStep(completed("alone", { output }));
    for (let i = 0; i < 20; i++) void store.recordStep(completed(`grouped/${i}`, { output }));
    await store.settled();

    const outputs = (await store.stepsOf("run_1")).map((step) => JSON.parse(step.output ?? "") as unknown);
    expect(outputs).toEqual(Array(21).fill(value));
  });

  test("nested 2,000 deep come back, although SQLite's JSON functions stop at 1,000", async () => {
    const store = await openWithRun(newFile());
    const output = "[".repeat(2_000) + "]".repeat(2_000);

    await store.recordStep(completed("deep", { output }));

    expect((await store.stepsOf("run_1"))[0]?.output).toBe(output);
  });

  testFile("of more than 32 KB lie beside the step and are given back with it", async () => {
    const file = newFile();
    const store = await openWithRun(file);
    const large = completed("large", { output: JSON.stringify(randomBytes(17_000).toString("hex")) });
    const wide = completed("wide", { output: JSON.stringify("€".repeat(11_000)) });
    const small = completed("small", { output: JSON.stringify("x".repeat(32_000)) });

    void store.recordStep(large);
    store.noteStep(wide);
    await store.recordStep(small);

    expect(await store.stepsOf("run_1")).toEqual([large, small, wide]);
    await store.close();
    expect(await tableSizes(file)).toEqual({ blobs: 2, artifacts: 2, inline: 1 });
  });

  testFile("that are large and equal are kept once", async () => {
    const file = newFile();
    const store = await openWithRun(file);
    const output = JSON.stringify("x".repeat(300_000));

    await store.recordStep(completed("a", { output }));
    await store.recordStep(completed("b", { output }));

    expect((await store.stepsOf("run_1")).map((step) => step.output)).toEqual([output, output]);
    await store.close();
    expect(await tableSizes(file)).toEqual({ blobs: 1, artifacts: 2, inline: 0 });
  });
});

test("steps like most and others come back whole, however many of them follow one another", async () => {
  const store = await openWithRun(newFile());
  const others = [{ kind: "http" }, { attempt: 2 }, { info: '{"cached":true}' }];
  const rows = Array.from({ length: 60 }, (_, i) =>
    completed(`step/${String(i).padStart(2, "0")}`, {
      endedAt: 100 + i,
      output: String(i),
      ...(i % 20 < 10 ? {} : others[i % 3]),
    }),
  );

  for (const row of rows) void store.recordStep(row);
  await store.settled();

  expect(await store.stepsOf("run_1")).toEqual(rows);
});

test("keys may be long and in any script", async () => {
  const store = await openWithRun(newFile());
  const keys = [`${"deep/".repeat(2_000)}end`, "entwürfe/3/brief", "草稿/0", "a'b--;c"];

  for (const key of keys) await store.recordStep(completed(key));

  expect((await store.stepsOf("run_1")).map(({ key }) => key).sort()).toEqual(keys.sort());
});

test("steps come in the order of their ends, and those under way last", async () => {
  const store = await openWithRun(newFile());
  const running = { status: "running", output: null, endedAt: null } as const;

  void store.recordStep(completed("slow", running));
  void store.recordStep(completed("quick", { endedAt: 11 }));
  await store.recordStep(completed("stuck", running));
  await store.recordStep(completed("slow", { endedAt: 12 }));

  expect((await store.stepsOf("run_1")).map(({ key }) => key)).toEqual(["quick", "slow", "stuck"]);
});

test("a deployment keeps its plan and the bytes of its code, and the first of a hash stays", async () => {
  const store = await open(newFile());
  const code = new Uint8Array(randomBytes(70_000));
  const deployment = { hash: "d1", score: "leads", plan: '{"nodes":[]}', code, createdAt: 4 };

  await store.saveDeployment(deployment);
  await store.saveDeployment({ ...deployment, plan: "{}", createdAt: 9 });
  await store.saveDeployment({ ...deployment, hash: "d2", code: null });

  expect(await store.deployment("d1")).toEqual(deployment);
  expect(await store.deployment("d2")).toEqual({ ...deployment, hash: "d2", code: null });
  expect(await store.deployment("d3")).toBeUndefined();
});

test("a deployment from before anybody said which agents its inner scores have is told once", async () => {
  const store = await open(newFile());
  const old = { hash: "d1", score: "leads", plan: '{"agents":{"reader":{}}}', code: null, createdAt: 4 };
  await store.saveDeployment(old);
  expect(await store.hasDeployment("d1")).toBe(false);
  expect(await store.models.deploymentsWith("writer")).toEqual([]);

  await store.saveDeployment({ ...old, plan: "{}", agents: '{"writer":{"model":"a/b"}}' });
  await store.saveDeployment({ ...old, agents: "{}" });

  expect(await store.hasDeployment("d1")).toBe(true);
  const found = { hash: "d1", score: "leads", createdAt: 4 };
  expect(await store.models.deploymentsWith("writer")).toEqual([{ ...found, agent: '{"model":"a/b"}' }]);
  expect(await store.models.deploymentsWith("reader")).toEqual([{ ...found, agent: "{}" }]);
});

test("deployments are found by the beginning of their hash, the newest first", async () => {
  const store = await open(newFile());
  for (const [i, hash] of ["ab1", "ab2", "b1"].entries())
    await store.saveDeployment({ hash, score: "leads", plan: "{}", code: null, createdAt: i });

  expect(await store.findDeployments("ab")).toEqual([
    { hash: "ab2", score: "leads", createdAt: 1 },
    { hash: "ab1", score: "leads", createdAt: 0 },
  ]);
  expect(await store.findDeployments("b1")).toHaveLength(1);
  expect(await store.findDeployments("%")).toEqual([]);
});

test.each([
  ["nothing of its own", {}],
  ["a parent", { parent: "run_1/sent" }],
  ["a priority", { priority: -3 }],
  ["a reason to wait", { status: "paused", reason: '{"is":"asked"}' }],
  ["an answer from elsewhere", { source: '{"is":"simulated"}' }],
  ["flags", { flags: '["local/next"]' }],
] as const)("a run with %s comes back whole", async (_what, own) => {
  const store = await openWithRun(newFile());
  const row = newRun({ id: "run_2", ...own });
  const nothing = { parent: null, priority: 0, reason: null, orchestra: null, dueAt: null, source: null };

  for (let i = 3; i < 8; i++) void store.createRun(newRun({ id: `run_${i}` }));
  await store.createRun(row);

  expect(await store.run("run_2")).toEqual({
    ...nothing,
    flags: null,
    ...row,
    recoveries: 0,
    error: null,
    output: null,
    endedAt: null,
  });
});

describe("runs are found", () => {
  async function withRuns() {
    const store = await openWithRun(newFile());
    for (let i = 2; i <= 9; i++) {
      void store.createRun(
        newRun({ id: `run_${i}`, score: i % 2 === 0 ? "leads" : "letters", status: "queued", createdAt: i }),
      );
    }
    void store.endRun({
      id: "run_4",
      status: "failed",
      output: null,
      error: "{}",
      reason: null,
      endedAt: 50,
    });
    await store.endRun({
      id: "run_6",
      status: "completed",
      output: "1",
      error: null,
      reason: null,
      endedAt: 50,
    });
    return store;
  }

  const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

  test("page by page, newest first", async () => {
    const store = await withRuns();

    const first = await store.listRuns({ limit: 4 });
    const second = await store.listRuns({ limit: 10, before: first.at(-1)?.id });

    expect(ids(first)).toEqual(["run_9", "run_8", "run_7", "run_6"]);
    expect(ids(second)).toEqual(["run_5", "run_4", "run_3", "run_2", "run_1"]);
    expect(first[0]).not.toHaveProperty("input");
  });

  test("by score and by status", async () => {
    const store = await withRuns();

    expect(ids(await store.listRuns({ limit: 9, score: "letters" }))).toEqual([
      "run_9",
      "run_7",
      "run_5",
      "run_3",
    ]);
    expect(ids(await store.listRuns({ limit: 9, status: "failed" }))).toEqual(["run_4"]);
    expect(ids(await store.listRuns({ limit: 9, status: "completed" }))).toEqual(["run_6"]);
    expect(
      ids(await store.listRuns({ limit: 9, status: "queued", score: "leads", before: "run_8" })),
    ).toEqual(["run_2"]);
  });

  test("by the beginning of their id, in which % and _ mean themselves", async () => {
    const store = await withRuns();
    await store.createRun(newRun({ id: "run_10" }));

    expect(ids(await store.findRuns("run_1"))).toEqual(["run_10", "run_1"]);
    expect(ids(await store.findRuns("run%"))).toEqual([]);
    expect(ids(await store.findRuns("r_n"))).toEqual([]);
    expect(ids(await store.findRuns("run_"))).toHaveLength(10);
  });

  test("when they have not ended, oldest first and whole", async () => {
    const store = await withRuns();

    const unfinished = await store.unfinishedRuns();

    expect(ids(unfinished)).toEqual(["run_1", "run_2", "run_3", "run_5", "run_7", "run_8", "run_9"]);
    expect(unfinished[0]).toMatchObject({ input: "{}", output: null });
  });

  test("or not at all", async () => {
    const store = await withRuns();

    expect(await store.run("run_77")).toBeUndefined();
    expect(await store.stepsOf("run_77")).toEqual([]);
  });
});

test("events are numbered over all runs and come oldest first", async () => {
  const store = await openWithRun(newFile());
  const event = { runId: "run_1", at: 3, type: "step failed", step: "found", data: '{"attempt":1}' };

  store.appendEvent(event);
  store.appendEvent({ ...event, type: "step retried", data: null });
  await store.settled();

  expect(await store.eventsOf("run_1")).toEqual([
    { ...event, id: 1 },
    { ...event, id: 2, type: "step retried", data: null },
  ]);
});
