import { expect, test } from "vitest";
import { z } from "zod";
import { defineScore, input, map, type Policies, type Score, score, task } from "../../src/index.ts";
import { openHall } from "./hall.ts";

/** Work that goes on until the test says so, and what has begun of it, in its order. */
function workshop() {
  const begun: string[] = [];
  const ends = new Map<string, (how?: Error) => void>();
  const work = (name: string, signal?: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      begun.push(name);
      ends.set(name, (how) => (how ? reject(how) : resolve(name)));
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
  /** A score of one step that works under its input's name. */
  const scoreOf = (id: string, policies: Policies): Score<{ name: string }, unknown> => {
    const given = input(z.object({ name: z.string() }));
    const job = task({
      input: { name: given.name },
      output: z.string(),
      ...policies,
      run: ({ input: { name }, signal }) => work(name, signal),
    });
    return defineScore({ id, input: given, nodes: { job }, output: job.output });
  };
  return { begun, work, scoreOf, end: (name: string, how?: Error) => ends.get(name)!(how) };
}

const gpus = (gpu: number) => ({ limits: { resources: { gpu } } });

test("a step begins when what it needs is free, over all runs, in the order of asking", async () => {
  const { start } = await openHall(undefined, gpus(2));
  const { begun, scoreOf, end } = workshop();
  const job = scoreOf("job", { resources: { gpu: 1 } });

  const runs = [];
  for (const name of ["a", "b", "c", "d"]) runs.push(await start(job as never, { name }));
  await expect.poll(() => begun).toEqual(["a", "b"]);
  end("b");
  await expect.poll(() => begun).toEqual(["a", "b", "c"]);
  end("a");
  await expect.poll(() => begun).toEqual(["a", "b", "c", "d"]);
  for (const name of ["c", "d"]) end(name);

  for (const { ending } of runs) expect(await ending).toMatchObject({ is: "completed" });
  expect(runs[2]!.events.map(({ type }) => type)).toEqual([
    "run.started",
    "step.queued",
    "step.started",
    "step.completed",
    "run.completed",
  ]);
  expect(runs[2]!.events[1]).toMatchObject({
    step: "job",
    waitsFor: [{ is: "resource", name: "gpu", inUse: 2, capacity: 2 }],
  });
});

test("of those that wait, the steps of runs of a higher priority come first", async () => {
  const { start } = await openHall(undefined, gpus(1));
  const { begun, scoreOf, end } = workshop();
  const job = scoreOf("job", { resources: { gpu: 1 } });

  await start(job as never, { name: "first" });
  await expect.poll(() => begun).toEqual(["first"]);
  for (const [name, priority] of Object.entries({ low: -1, normal: 0, later: 0, high: 5 })) {
    const run = await start(job as never, { name }, { priority });
    await expect.poll(() => run.events.some(({ type }) => type === "step.queued")).toBe(true);
  }
  for (const name of ["first", "high", "normal", "later", "low"]) {
    await expect.poll(() => begun).toContain(name);
    end(name);
  }

  expect(begun).toEqual(["first", "high", "normal", "later", "low"]);
});

test.for<[string, Policies, Error | "stop"]>([
  ["fails", {}, new Error("no")],
  ["takes too long", { timeout: "20ms" }, new Error("late")],
  ["is stopped with its run", {}, "stop"],
  ["throws where nothing can be shown", {}, Object.assign(new Error("x"), { name: 1 })],
])("what a step needs is given back when it %s", async ([, policies, how]) => {
  const { start } = await openHall(undefined, gpus(1));
  const { begun, scoreOf, end } = workshop();
  const first = await start(scoreOf("first", { resources: { gpu: 1 }, ...policies }) as never, { name: "a" });
  const second = await start(scoreOf("second", { resources: { gpu: 1 } }) as never, { name: "b" });
  await expect.poll(() => begun).toContain("a");

  if (how === "stop") first.stop(new Error("stopped"));
  else if (policies.timeout === undefined) end("a", how);

  await first.ending;
  await expect.poll(() => begun).toEqual(["a", "b"]);
  end("b");
  expect(await second.ending).toMatchObject({ is: "completed" });
});

test("between two attempts a step holds nothing, and asks anew", async () => {
  const { start } = await openHall(undefined, gpus(1));
  const { begun, scoreOf, end } = workshop();
  const flaky = scoreOf("flaky", { resources: { gpu: 1 }, retry: { attempts: 2, backoff: "1ms" } });
  const first = await start(flaky as never, { name: "a" });
  const second = await start(scoreOf("second", { resources: { gpu: 1 } }) as never, { name: "b" });
  await expect.poll(() => begun).toEqual(["a"]);

  end("a", new Error("again"));
  await expect.poll(() => begun).toEqual(["a", "b"]);
  end("b");
  await expect.poll(() => begun).toEqual(["a", "b", "a"]);
  end("a");

  expect(await first.ending).toMatchObject({ is: "completed" });
  expect(await second.ending).toMatchObject({ is: "completed" });
});

test("a run that is stopped while its step waits comes to rest at once, and the step waits no more", async () => {
  const { start, resume } = await openHall(undefined, gpus(1));
  const { begun, scoreOf, end } = workshop();
  const job = scoreOf("job", { resources: { gpu: 1 } });
  const first = await start(job as never, { name: "a" });
  const second = await start(job as never, { name: "b" });
  await expect.poll(() => second.events.some(({ type }) => type === "step.queued")).toBe(true);

  second.stop(new Error("stopped"));

  expect(await second.ending).toEqual({ is: "stopped" });
  end("a");
  await first.ending;
  expect(begun).toEqual(["a"]);
  const again = await resume(job as never, second.id);
  await expect.poll(() => begun).toEqual(["a", "b"]);
  end("b");
  expect(await again.ending).toMatchObject({ is: "completed" });
});

test("a pause takes a step out of the queue; let go on, it asks anew", async () => {
  const { start, engine, resume } = await openHall(undefined, gpus(1));
  const { begun, scoreOf, end } = workshop();
  const job = scoreOf("job", { resources: { gpu: 1 } });
  const first = await start(job as never, { name: "a" });
  const second = await start(job as never, { name: "b" });
  await expect.poll(() => second.events.some(({ type }) => type === "step.queued")).toBe(true);

  await engine.pause(second.id, { by: "ada" });

  expect(await second.ending).toEqual({ is: "paused", by: "ada" });
  end("a");
  await first.ending;
  expect(begun).toEqual(["a"]);
  const again = await resume(job as never, second.id);
  await expect.poll(() => begun).toEqual(["a", "b"]);
  expect(await engine.cancel(second.id, { by: "ada" })).toEqual([second.id]);
  expect(await again.ending).toEqual({ is: "cancelled", by: "ada" });
  const third = await start(job as never, { name: "c" });
  await expect.poll(() => begun).toEqual(["a", "b", "c"]);
  end("c");
  expect(await third.ending).toMatchObject({ is: "completed" });
});

test("a run that fails waits for none of its steps that have not begun", async () => {
  const { start } = await openHall(undefined, gpus(1));
  const { begun, scoreOf, end, work } = workshop();
  const first = await start(scoreOf("first", { resources: { gpu: 1 } }) as never, { name: "a" });
  await expect.poll(() => begun).toEqual(["a"]);
  const waiting = task({ input: {}, output: z.string(), resources: { gpu: 1 }, run: () => work("never") });
  const bad = task({ input: {}, output: z.string(), run: () => work("bad") });
  const failing = await start(defineScore({ id: "failing", nodes: { waiting, bad } }));
  await expect.poll(() => begun).toContain("bad");

  end("bad", new Error("broken"));

  expect(await failing.ending).toMatchObject({ is: "failed", step: "bad" });
  end("a");
  await first.ending;
  expect(begun).toEqual(["a", "bad"]);
});

test("steps that need two things in different orders do not wait for each other for ever", async () => {
  const { start } = await openHall(undefined, { limits: { resources: { gpu: 1, crane: 1 } } });
  let most = 0;
  let now = 0;
  const bodyOf = (resources: Readonly<Record<string, number>>) =>
    map({
      over: given.list,
      maxItems: 50,
      each: (item) =>
        task({
          input: { item },
          output: z.number(),
          resources,
          run: async ({ input }) => {
            most = Math.max(most, ++now);
            await Promise.resolve();
            now--;
            return input.item;
          },
        }),
    });
  const given = input(z.object({ list: z.array(z.number()) }));
  const one = bodyOf({ gpu: 1, crane: 1 });
  const two = bodyOf({ crane: 1, gpu: 1 });
  const crossing = defineScore({
    id: "crossing",
    input: given,
    nodes: { one, two },
    output: [one.output, two.output],
  });
  const list = Array.from({ length: 50 }, (_, i) => i);

  const runs = [await start(crossing as never, { list }), await start(crossing as never, { list })];

  for (const { ending } of runs) expect(await ending).toEqual({ is: "completed", output: [list, list] });
  expect(most).toBe(1);
});

test("a score holds what it needs, and what its steps need, for its whole run; they share that", async () => {
  const { start } = await openHall(undefined, { limits: { resources: { gpu: 2, crane: 1 } } });
  const { begun, scoreOf, end, work } = workshop();
  const lift = task({ input: {}, output: z.string(), resources: { crane: 1 }, run: () => work("lift") });
  const train = task({
    input: { lift: lift.output },
    output: z.string(),
    resources: { gpu: 2 },
    run: () => work("train"),
  });
  const inner = defineScore({ id: "inner", nodes: { lift, train }, output: train.output });
  const whole = score(inner, { input: {}, resources: { gpu: 1 } });
  const outer = await start(defineScore({ id: "outer", nodes: { whole }, output: whole.output }));
  await expect.poll(() => begun).toEqual(["lift"]);
  const other = await start(scoreOf("other", { resources: { gpu: 1 } }) as never, { name: "other" });
  await expect.poll(() => other.events.some(({ type }) => type === "step.queued")).toBe(true);

  end("lift");
  await expect.poll(() => begun).toEqual(["lift", "train"]);
  end("train");

  expect(await outer.ending).toEqual({ is: "completed", output: "train" });
  await expect.poll(() => begun).toEqual(["lift", "train", "other"]);
  end("other");
  expect(await other.ending).toMatchObject({ is: "completed" });
});

test("a tag may be limited, and is a word without meaning where it is not", async () => {
  const { start } = await openHall(undefined, { limits: { tags: { crm: 1 } } });
  const { begun, scoreOf, end } = workshop();
  const job = scoreOf("job", { tags: ["crm", "nightly"] });

  await start(job as never, { name: "a" });
  const second = await start(job as never, { name: "b" });
  await expect
    .poll(() => second.events.find(({ type }) => type === "step.queued"))
    .toMatchObject({
      waitsFor: [{ is: "tag", name: "crm", inUse: 1, capacity: 1 }],
    });
  expect(begun).toEqual(["a"]);
  end("a");
  await expect.poll(() => begun).toEqual(["a", "b"]);
  end("b");
  expect(await second.ending).toMatchObject({ is: "completed" });
});

test("a resource that there is not, or not as much of, fails the step, which is not tried again", async () => {
  const { start } = await openHall(undefined, gpus(2));
  const { begun, scoreOf } = workshop();
  const failing = async (id: string, resources: Readonly<Record<string, number>>) =>
    (await start(scoreOf(id, { resources, retry: { attempts: 5 } }) as never, { name: "a" })).ending;

  expect(await failing("misspelt", { gup: 1 })).toMatchObject({
    is: "failed",
    step: "job",
    error: { code: "MR3065", message: 'it needs the resource "gup", and there is only "gpu"' },
  });
  expect(await failing("large", { gpu: 3 })).toMatchObject({
    error: { code: "MR3066", message: 'it needs 3 of the resource "gpu", and there is 2' },
  });
  expect(begun).toEqual([]);
});

test("what a step has been waiting for is written down, and no more once it has begun", async () => {
  const { start, store } = await openHall(undefined, gpus(1));
  const { begun, scoreOf, end } = workshop();
  const { runDetail } = await import("../../src/views/run-detail.ts");
  const job = scoreOf("job", { resources: { gpu: 1 } });
  await start(job as never, { name: "a" });
  const second = await start(job as never, { name: "b" });
  const waiting = async () => (await runDetail(store, (await store.run(second.id))!)).waiting;

  await expect.poll(waiting).toEqual([
    {
      key: "job",
      waitsFor: [{ is: "resource", name: "gpu", inUse: 1, capacity: 1, isBehind: false }],
    },
  ]);
  end("a");
  await expect.poll(() => begun).toEqual(["a", "b"]);
  end("b");
  await second.ending;

  expect(await waiting()).toEqual([]);
});
