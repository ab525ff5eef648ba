import { expect, test } from "vitest";
import { z } from "zod";
import { Engine } from "../../src/engine/index.ts";
import { checkpoint, defineScore, input, type Score, score, task } from "../../src/index.ts";
import { inTurn } from "../../src/operations/in-turn.ts";
import { startRun } from "../../src/operations/start-run.ts";
import type { RunRow } from "../../src/store/store.ts";
import { systemClock } from "../../src/support/clock.ts";
import { openHall } from "./hall.ts";

type Hall = Awaited<ReturnType<typeof openHall>>;
type Limits = Pick<Parameters<typeof defineScore>[0], "runs" | "tags">;

/** A score of one step that works until the test says so; what has begun, in its order. */
function workshop(id: string, limits: Limits) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const given = input(z.object({ name: z.string() }));
  const job = task({
    input: { name: given.name },
    output: z.string(),
    run: ({ input: { name } }) =>
      new Promise<string>((resolve) => {
        begun.push(name);
        ends.set(name, () => resolve(name));
      }),
  });
  const made = defineScore({ id, input: given, nodes: { job }, output: job.output, ...limits });
  return { begun, made: made as unknown as Score<never, unknown>, end: (name: string) => ends.get(name)!() };
}

test("of a score no more runs than it says are under way; further ones are queued, and begin by priority, then by age", async () => {
  const { start, store } = await openHall();
  const { begun, made, end } = workshop("job", { runs: { max: 2 } });
  const runs: Awaited<ReturnType<typeof start>>[] = [];
  for (const [name, priority] of [
    ["a", 0],
    ["b", 0],
    ["c", 0],
    ["d", 0],
    ["e", 9],
    ["f", -9],
  ] as const)
    runs.push(await start(made, { name }, { priority }));

  await expect.poll(() => begun).toEqual(["a", "b"]);
  expect(await store.run(runs[2]!.id)).toMatchObject({
    status: "queued",
    startedAt: null,
    priority: 0,
    reason: JSON.stringify({
      waitsFor: [{ is: "score", name: "job", inUse: 2, capacity: 2, isBehind: false }],
    }),
  });
  await expect
    .poll(() => runs[3]!.events)
    .toMatchObject([{ type: "run.queued", waitsFor: [{ is: "score", name: "job", inUse: 2, capacity: 2 }] }]);

  for (const [i, name] of ["a", "b", "e", "c", "d", "f"].entries()) {
    await expect.poll(() => begun[i]).toBe(name);
    expect(begun.length).toBe(Math.min(i + 2, 6));
    end(name);
    await expect.poll(() => begun.length).toBe(Math.min(i + 3, 6));
  }

  for (const { ending } of runs) expect(await ending).toMatchObject({ is: "completed" });
  expect(await store.run(runs[2]!.id)).toMatchObject({ status: "completed", reason: null });
  expect(runs[2]!.events.map(({ type }) => type)).toEqual([
    "run.queued",
    "run.started",
    "step.started",
    "step.completed",
    "run.completed",
  ]);
});

test("a tag limits the runs of all scores that have it", async () => {
  const { start } = await openHall(undefined, { limits: { tags: { crm: 1 } } });
  const one = workshop("one", { tags: ["crm"] });
  const two = workshop("two", { tags: ["crm", "other"] });
  const free = workshop("free", { tags: ["other"] });

  await start(one.made, { name: "a" });
  const second = await start(two.made, { name: "b" });
  await start(free.made, { name: "c" });

  await expect.poll(() => [...one.begun, ...free.begun]).toEqual(["a", "c"]);
  await expect
    .poll(() => second.events)
    .toMatchObject([{ type: "run.queued", waitsFor: [{ is: "tag", name: "crm", inUse: 1, capacity: 1 }] }]);
  expect(two.begun).toEqual([]);
  one.end("a");
  await expect.poll(() => two.begun).toEqual(["b"]);
  two.end("b");
  free.end("c");
  expect(await second.ending).toMatchObject({ is: "completed" });
});

test("a place is given back however a run ends: completed, failed, stopped, or waiting for a decision", async () => {
  const { start } = await openHall();
  const given = input(z.object({ does: z.enum(["complete", "fail", "stop", "wait"]) }));
  const act = task({
    input: { does: given.does },
    output: z.boolean(),
    run: ({ input, signal }) => {
      if (input.does === "fail") throw new Error("no");
      if (input.does !== "stop") return input.does === "wait";
      return new Promise<boolean>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    },
  });
  const review = checkpoint({
    title: "Go on?",
    decision: z.object({ yes: z.boolean() }),
    timeout: "never",
    onTimeout: "reject",
    after: [act],
  });
  const made = defineScore({ id: "ends", input: given, runs: { max: 1 }, nodes: { act, review } });
  const runs: Awaited<ReturnType<typeof start>>[] = [];
  for (const does of ["fail", "stop", "wait", "complete"]) runs.push(await start(made as never, { does }));
  await expect.poll(() => runs[1]!.events.some(({ type }) => type === "step.started")).toBe(true);
  runs[1]!.stop(new Error("stopped"));

  const endings = await Promise.all(runs.map(({ ending }) => ending));

  expect(endings.map(({ is }) => is)).toEqual(["failed", "stopped", "waiting", "waiting"]);
});

test("a queued run that is stopped stays queued, and passes its turn on", async () => {
  const { start, store, resume } = await openHall();
  const { begun, made, end } = workshop("job", { runs: { max: 1 } });
  await start(made, { name: "a" });
  const second = await start(made, { name: "b" });
  const third = await start(made, { name: "c" });
  await expect.poll(() => begun).toEqual(["a"]);

  second.stop(new Error("stopped"));

  expect(await second.ending).toEqual({ is: "stopped" });
  expect(await store.run(second.id)).toMatchObject({ status: "queued", startedAt: null });
  end("a");
  await expect.poll(() => begun).toEqual(["a", "c"]);
  const again = await resume(made, second.id);
  end("c");
  await third.ending;
  await expect.poll(() => begun).toEqual(["a", "c", "b"]);
  end("b");
  expect(await again.ending).toMatchObject({ is: "completed" });
});

test("a queued run can be paused and cancelled like any other, and passes its turn on", async () => {
  const { start, store, engine, resume } = await openHall();
  const { begun, made, end } = workshop("job", { runs: { max: 1 } });
  const first = await start(made, { name: "a" });
  const [second, third, fourth] = [
    await start(made, { name: "b" }),
    await start(made, { name: "c" }),
    await start(made, { name: "d" }),
  ];

  expect(await engine.pause(second.id, { by: "ada" })).toEqual([]);
  expect(await engine.cancel(third.id, { by: "ada", reason: "too many" })).toEqual([third.id]);

  expect(await second.ending).toEqual({ is: "paused", by: "ada" });
  expect(await third.ending).toEqual({ is: "cancelled", by: "ada", reason: "too many" });
  expect(await store.run(second.id)).toMatchObject({ status: "paused" });
  expect(await store.run(third.id)).toMatchObject({ status: "cancelled" });
  end("a");
  await first.ending;
  await expect.poll(() => begun).toEqual(["a", "d"]);
  await expect(resume(made, fourth.id)).rejects.toMatchObject({ code: "MR2011" });
  const again = await resume(made, second.id);
  await expect(resume(made, second.id)).rejects.toMatchObject({ code: "MR2011" });
  end("d");
  await expect.poll(() => begun).toEqual(["a", "d", "b"]);
  end("b");
  expect(await again.ending).toMatchObject({ is: "completed" });
});

test("closing leaves queued runs in the queue", async () => {
  const { start, store, engine } = await openHall();
  const given = input(z.object({ name: z.string() }));
  const held = task({
    input: {},
    output: z.null(),
    run: ({ signal }) =>
      new Promise<null>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  });
  const made = defineScore({ id: "held", input: given, runs: { max: 1 }, nodes: { held } });
  const runs = [await start(made as never, { name: "a" }), await start(made as never, { name: "b" })];

  await engine.stop(new Error("closing"));

  expect(await Promise.all(runs.map(({ ending }) => ending))).toEqual([{ is: "stopped" }, { is: "stopped" }]);
  expect((await store.unfinishedRuns()).map(({ status }) => status)).toEqual(["paused", "queued"]);
});

test("a run that another one plays counts with that one, and waits for no turn", async () => {
  const { start } = await openHall(undefined, { limits: { tags: { all: 1 } } });
  const { begun, made, end } = workshop("job", { runs: { max: 1 }, tags: ["all"] });
  const played = score(made as never, { input: { name: "inner" } });
  const outer = defineScore({ id: "outer", tags: ["all"], nodes: { played } });

  const run = await start(outer);
  await expect.poll(() => begun).toEqual(["inner"]);
  end("inner");

  expect(await run.ending).toMatchObject({ is: "completed" });
});

test("the time that a run may take begins when it does", async () => {
  const { start } = await openHall();
  const { begun, made, end } = workshop("job", { runs: { max: 1 } });
  const given = input(z.object({ name: z.string() }));
  const quick = task({ input: { name: given.name }, output: z.string(), run: ({ input }) => input.name });
  const brief = defineScore({
    id: "job",
    input: given,
    runs: { max: 1 },
    timeout: "50ms",
    nodes: { quick },
    output: quick.output,
  });
  const first = await start(made, { name: "a" });
  await expect.poll(() => begun).toEqual(["a"]);
  const queued = await start(brief as never, { name: "b" });
  const waited = Date.now();
  await expect.poll(() => Date.now() - waited).toBeGreaterThan(60);

  end("a");

  expect(await first.ending).toMatchObject({ is: "completed" });
  expect(await queued.ending).toEqual({ is: "completed", output: "b" });
});

test("runs go on in their turn: those that had begun, then the queue, by priority, then by age", () => {
  const row = (id: string, priority: number, startedAt: number | null) =>
    ({ id, priority, startedAt }) as RunRow;

  const rows = inTurn([
    row("run_1", 0, null),
    row("run_2", 5, null),
    row("run_3", 0, 1),
    row("run_4", 7, 2),
    row("run_5", 5, null),
  ]);

  expect(rows.map(({ id }) => id)).toEqual(["run_4", "run_3", "run_2", "run_5", "run_1"]);
});

test.each([
  ["cancelled", (by: Hall["engine"], id: string) => by.cancel(id, { by: "ada" })],
  ["paused", (by: Hall["engine"], id: string) => by.pause(id, { by: "ada" })],
] as const)(
  "a run that is %s while somebody puts it into the queue again does not begin when its turn comes",
  async (is, act) => {
    const { start, store, engine, prepare } = await openHall();
    const { begun, made, end } = workshop("job", { runs: { max: 1 } });
    const first = await start(made, { name: "a" });
    const second = await start(made, { name: "b" });
    await expect.poll(() => begun).toEqual(["a"]);
    const row = (await store.run(second.id))!;
    const playable = await prepare(made);

    // It is out of the queue already, and not over yet.
    const acting = act(engine, second.id);
    const again = await engine.resume(playable, row);
    await acting;
    end("a");
    await first.ending;

    expect(await again.ending).toMatchObject({ is });
    expect(await store.run(second.id)).toMatchObject({ status: is });
    expect(begun).toEqual(["a"]);
  },
);

test("a run that somebody wants to hold in the queue, and that somebody else is cancelling, is told as cancelled", async () => {
  const { start, store, engine, prepare } = await openHall();
  const { begun, made, end } = workshop("job", { runs: { max: 1 } });
  const first = await start(made, { name: "a" });
  const second = await start(made, { name: "b" });
  await expect.poll(() => begun).toEqual(["a"]);
  const row = (await store.run(second.id))!;
  const playable = await prepare(made);

  const cancelling = engine.cancel(second.id, { by: "ada" });
  const again = await engine.resume(playable, row);
  const holding = engine.pause(second.id, { by: "bob" });
  await expect(holding).rejects.toMatchObject({ code: "MR2008" });
  await cancelling;

  expect(await again.ending).toMatchObject({ is: "cancelled" });
  end("a");
  await first.ending;
});

test("a run whose turn comes while it is held, as it was before, begins nothing after that", async () => {
  const { store, prepare } = await openHall();
  const { begun, made, end } = workshop("job", { runs: { max: 1 } });
  const playable = await prepare(made);
  let meanwhile = async () => {};
  const slow: Partial<Hall["store"]> = {
    changeRuns: async (rows) => {
      await store.changeRuns(rows);
      await meanwhile();
    },
  };
  const engine = new Engine(inFrontOf(store, slow), systemClock);
  const first = await startRun(engine, playable, { name: "a" });
  const second = await startRun(engine, playable, { name: "b" });
  await expect.poll(() => begun).toEqual(["a"]);
  await engine.pause(second.id, { by: "ada" });
  const row = (await store.run(second.id))!;

  // Let go on, it waits for its turn, which comes when it is written down as held again and nobody has been told.
  const resuming = engine.resume(playable, row);
  meanwhile = async () => {
    meanwhile = async () => {};
    end("a");
    await first.ending;
  };
  await engine.pause(second.id, { by: "ada" });
  const before = [...begun];
  const { ending } = await resuming;

  expect(await ending).toMatchObject({ is: "paused" });
  expect(begun).toEqual(before);
  expect(await store.run(second.id)).toMatchObject({ status: "paused" });
});

/** A store some of whose methods are others. */
function inFrontOf(store: Hall["store"], others: Partial<Hall["store"]>): Hall["store"] {
  return new Proxy(store, {
    get: (_, name) => {
      const own = Reflect.get(others, name) ?? Reflect.get(store, name, store);
      return typeof own === "function" ? own.bind(store) : own;
    },
  });
}
