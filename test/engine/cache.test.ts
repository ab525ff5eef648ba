import { expect, test } from "vitest";
import { z } from "zod";
import { cacheKeyOf } from "../../src/engine/cache-key.ts";
import type { RunEvent } from "../../src/engine/index.ts";
import {
  artifact,
  type Caching,
  defineScore,
  defineTask,
  http,
  input,
  map,
  type Policies,
  score as play,
  type Score,
  secret,
  task,
} from "../../src/index.ts";
import { openHall } from "./hall.ts";

/** A score of one step that is kept; what it was played with, in its order. */
function shop(options: Caching & Policies = { cache: { ttl: "1h" } }, id = "shop") {
  const played: unknown[] = [];
  let does: (n: number) => unknown = (n) => n * 2;
  const given = input(z.object({ n: z.number(), note: z.string().default("") }));
  const double = task({
    input: { n: given.n, note: given.note },
    output: z.number(),
    ...options,
    run: ({ input: { n } }) => {
      played.push(n);
      return does(n) as number;
    },
  });
  const made = defineScore({ id, input: given, nodes: { double }, output: double.output });
  return { made: made as unknown as Score<never, unknown>, played, let: (how: typeof does) => (does = how) };
}

const completed = (output: unknown) => ({ is: "completed", output });
const ended = (events: readonly RunEvent[]) => events.filter(({ type }) => type === "step.completed");

test("a run takes the result of an earlier one that was given the same, and does not play the step", async () => {
  const { start, store } = await openHall();
  const { made, played } = shop();
  const first = await start(made, { n: 4 });
  expect(await first.ending).toEqual(completed(8));

  const second = await start(made, { n: 4 });
  const third = await start(made, { n: 5 });

  expect(await second.ending).toEqual(completed(8));
  expect(await third.ending).toEqual(completed(10));
  expect(played).toEqual([4, 5]);
  const [step] = await store.stepsOf(second.id);
  const cached = { run: first.id, step: "double", at: expect.any(Number) };
  expect(step).toMatchObject({ status: "completed", attempt: 1, output: "8" });
  expect(JSON.parse(step!.info!)).toEqual({ cached });
  expect(ended(second.events)).toMatchObject([{ step: "double", cached }]);
  expect(second.events.some(({ type }) => type === "step.started")).toBe(false);
});

test("with a key, only that counts of what the step is given", async () => {
  const { start } = await openHall();
  const played: string[] = [];
  const given = input(z.object({ id: z.string(), note: z.string() }));
  const read = task({
    input: { id: given.id, note: given.note },
    output: z.string(),
    cache: { ttl: "1h", key: [given.id] },
    run: ({ input }) => {
      played.push(input.note);
      return input.note;
    },
  });
  const made = defineScore({ id: "keyed", input: given, nodes: { read }, output: read.output });
  const noteOf = async (id: string, note: string) => (await start(made as never, { id, note })).ending;

  expect(await noteOf("a", "first")).toEqual(completed("first"));
  expect(await noteOf("a", "second")).toEqual(completed("first"));
  expect(await noteOf("b", "third")).toEqual(completed("third"));
  expect(played).toEqual(["first", "third"]);
});

test("another deployment, whose code or plan has changed, takes nothing", async () => {
  const { engine, prepare } = await openHall();
  const { made, played } = shop();

  for (const hash of ["v1", "v1", "v2"])
    await (await engine.start(await prepare(made, hash), { n: 1, note: "" })).ending;

  expect(played).toEqual([1, 1]);
});

test("a result is taken until its time is over, and then made anew", async () => {
  const { start } = await openHall();
  const { made, played } = shop({ cache: { ttl: "60ms" } });
  await (await start(made, { n: 1 })).ending;
  const at = Date.now();
  await expect.poll(() => Date.now() - at).toBeGreaterThan(70);

  await (await start(made, { n: 1 })).ending;

  expect(played).toEqual([1, 1]);
});

test("a run without the cache plays every step, and what it brings replaces what was kept", async () => {
  const { start } = await openHall();
  const shelf = shop();
  const { made, played } = shelf;
  await (await start(made, { n: 1 })).ending;
  shelf.let(() => 99);

  expect(await (await start(made, { n: 1 }, { isFresh: true })).ending).toEqual(completed(99));
  expect(await (await start(made, { n: 1 })).ending).toEqual(completed(99));
  expect(played).toEqual([1, 1]);
});

test("a run from another one on plays anew what it is told to, also after a restart, and keeps that in place of the old", async () => {
  const { start, rerun, resume, engine, store } = await openHall();
  const played: string[] = [];
  let isHeld = false;
  const step = (name: string, from: Parameters<typeof task>[0]["input"] = {}) =>
    task({
      input: from,
      output: z.number(),
      cache: { ttl: "1h" },
      run: async ({ signal }) => {
        if (isHeld) await new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason)));
        return played.push(name);
      },
    });
  const a = step("a");
  const inside = step("inside");
  const inner = defineScore({ id: "inner", nodes: { inside }, output: inside.output });
  const sub = play(inner, { input: {} });
  const other = step("other");
  const nodes = { a, sub, other };
  const all = { a: a.output, sub: sub.output, other: other.output };
  const made = defineScore({ id: "shop", nodes, output: all }) as unknown as Score<never, unknown>;
  const first = await start(made);
  expect(await first.ending).toEqual(completed({ a: 1, sub: 3, other: 2 }));

  isHeld = true;
  const second = await rerun(made, first.id, ["a", "sub"]);
  await expect.poll(async () => (await store.stepsOf(second.id)).length).toBe(3);
  second.stop(new Error("stopped"));
  expect(await second.ending).toEqual({ is: "stopped" });
  isHeld = false;
  const again = await resume(made, second.id);

  expect(await again.ending).toEqual(completed({ a: 4, sub: 5, other: 2 }));
  expect(await (await start(made)).ending).toEqual(completed({ a: 4, sub: 5, other: 2 }));
  expect(played).toEqual(["a", "other", "inside", "a", "inside"]);
  expect(engine.load.underWay).toBe(0);
});

test("failures are not kept: each run tries for itself", async () => {
  const { start, store } = await openHall();
  const shelf = shop();
  shelf.let(() => {
    throw new Error("closed");
  });

  for (let i = 0; i < 2; i++)
    expect(await (await start(shelf.made, { n: 1 })).ending).toMatchObject({ is: "failed" });

  expect(shelf.played).toEqual([1, 1]);
  expect(await store.countCached()).toBe(0);
});

test("of those that ask for the same at the same time one is played; each run has a row of its own", async () => {
  const { start, store } = await openHall();
  const shelf = shop();
  const { promise, resolve } = Promise.withResolvers<number>();
  shelf.let(() => promise);
  const runs = [];
  for (let i = 0; i < 4; i++) runs.push(await start(shelf.made, { n: 1 }));
  await expect.poll(() => shelf.played).toEqual([1]);

  resolve(7);

  expect(await Promise.all(runs.map(({ ending }) => ending))).toEqual(Array(4).fill(completed(7)));
  expect(shelf.played).toEqual([1]);
  const infos = await Promise.all(runs.map(async ({ id }) => (await store.stepsOf(id))[0]!.info));
  expect(infos.filter((info) => info === null)).toHaveLength(1);
});

test("items of a map that are given the same are computed once", async () => {
  const { start } = await openHall();
  const played: number[] = [];
  const given = input(z.object({ list: z.array(z.number()) }));
  const squares = map({
    over: given.list,
    maxItems: 10,
    each: (n) =>
      task({
        input: { n },
        output: z.number(),
        cache: { ttl: "1h" },
        run: async ({ input }) => {
          played.push(input.n);
          await Promise.resolve();
          return input.n ** 2;
        },
      }),
  });
  const made = defineScore({ id: "squares", input: given, nodes: { squares }, output: squares.output });

  const run = await start(made as never, { list: [2, 3, 2, 3, 2] });

  expect(await run.ending).toEqual(completed([4, 9, 4, 9, 4]));
  expect(played.toSorted()).toEqual([2, 3]);
});

test.for(["fails", "is stopped"])("when the one that is played %s, the next one is played", async (how) => {
  const { start } = await openHall();
  const shelf = shop();
  const waits: PromiseWithResolvers<number>[] = [];
  shelf.let(() => {
    const wait = Promise.withResolvers<number>();
    waits.push(wait);
    return wait.promise;
  });
  const first = await start(shelf.made, { n: 1 });
  await expect.poll(() => waits.length).toBe(1);
  const second = await start(shelf.made, { n: 1 });

  if (how === "is stopped") first.stop(new Error("stopped"));
  waits[0]!.reject(new Error("no"));

  await expect.poll(() => waits.length).toBe(2);
  waits[1]!.resolve(5);
  expect(await second.ending).toEqual(completed(5));
  expect((await first.ending).is).toBe(how === "fails" ? "failed" : "stopped");
});

test("who waits for another's result and is stopped comes to rest at once", async () => {
  const { start } = await openHall();
  const shelf = shop();
  const { promise, resolve } = Promise.withResolvers<number>();
  shelf.let(() => promise);
  const first = await start(shelf.made, { n: 1 });
  await expect.poll(() => shelf.played).toEqual([1]);
  const second = await start(shelf.made, { n: 1 });
  await expect.poll(() => second.events.some(({ type }) => type === "run.started")).toBe(true);

  second.stop(new Error("stopped"));

  expect(await second.ending).toEqual({ is: "stopped" });
  resolve(1);
  expect(await first.ending).toEqual(completed(1));
});

test("large results are kept as well", async () => {
  const { start, store } = await openHall();
  const given = input(z.object({ n: z.number() }));
  let played = 0;
  const page = task({
    input: { n: given.n },
    output: z.string(),
    cache: { ttl: "1h" },
    run: () => "é".repeat(300_000 + played++),
  });
  const made = defineScore({ id: "large", input: given, nodes: { page }, output: page.output });

  for (let i = 0; i < 2; i++)
    expect(await (await start(made as never, { n: 1 })).ending).toEqual(completed("é".repeat(300_000)));

  expect(played).toBe(1);
  expect(await store.listCached({ limit: 9 })).toMatchObject([
    { score: "large", node: "page", bytes: 600_002 },
  ]);
});

test("what is over is deleted a bounded number at a time; what is kept can be counted, listed and cleared", async () => {
  const { start, store } = await openHall();
  const short = shop({ cache: { ttl: "1ms" } }, "short");
  const long = shop({ cache: { ttl: "1h" } }, "long");
  for (let n = 0; n < 3; n++) await (await start(short.made, { n })).ending;
  await (await start(long.made, { n: 1 })).ending;

  store.sweepCached(Date.now() + 1_000);
  await (await start(long.made, { n: 2 })).ending;

  expect(await store.countCached()).toBe(2);
  expect((await store.listCached({ limit: 9 })).map(({ score }) => score)).toEqual(["long", "long"]);
  expect(await store.clearCached("short")).toBe(0);
  expect(await store.clearCached()).toBe(2);
  expect(await store.countCached()).toBe(0);
});

test("of a secret only the name counts: its value is in no key, and another one takes the same result", async () => {
  const { prepare } = await openHall();
  const given = input(z.object({ id: z.string() }));
  const made = (name: string) => {
    const read = http({
      url: "https://crm.example.com/",
      headers: { authorization: secret(name), id: given.id },
      response: z.string(),
      cache: { ttl: "1h" },
    });
    return defineScore({ id: "secrets", input: given, nodes: { read }, output: read.output });
  };
  const keyOf = async (name: string, mark: string, id = "1") => {
    const playable = await prepare(made(name) as never, "same");
    const node = playable.graph.nodes[0]!;
    const state = { input: { id }, mark };
    const scope = { run: state } as never;
    return cacheKeyOf({ playable, state } as never, { node, scope, input: node.value!(scope) } as never);
  };

  expect(await keyOf("CRM_KEY", "mark-1")).toBe(await keyOf("CRM_KEY", "mark-2"));
  expect(await keyOf("CRM_KEY", "mark-1")).not.toBe(await keyOf("ERP_KEY", "mark-1"));
  expect(await keyOf("CRM_KEY", "mark-1")).not.toBe(await keyOf("CRM_KEY", "mark-1", "2"));
  expect(await keyOf("CRM_KEY", "mark-1")).toMatch(/^[0-9a-f]{64}$/);
});

test("a kept step asks for resources only when it is played", async () => {
  const { start } = await openHall(undefined, { limits: { resources: { gpu: 1 } } });
  const { made, played } = shop({ cache: { ttl: "1h" }, resources: { gpu: 1 } });
  await (await start(made, { n: 1 })).ending;
  const busy = task({
    input: {},
    output: z.null(),
    resources: { gpu: 1 },
    run: () => new Promise<null>(() => {}),
  });
  const blocking = await start(defineScore({ id: "busy", nodes: { busy } }));
  await expect.poll(() => blocking.events.some(({ type }) => type === "step.started")).toBe(true);

  expect(await (await start(made, { n: 1 })).ending).toEqual(completed(2));
  expect(played).toEqual([1]);
  blocking.stop(new Error("over"));
});

test("what a gate has made anew is played, though a result is kept", async () => {
  const { start } = await openHall();
  let played = 0;
  const draft = task({ input: {}, output: z.number(), cache: { ttl: "1h" }, run: () => ++played });
  const judge = defineTask({
    id: "judge",
    input: z.object({ value: z.number() }),
    output: z.object({ score: z.number() }),
    run: ({ input }) => ({ score: input.value >= 2 ? 1 : 0 }),
  });
  const kept = artifact({
    name: "draft",
    value: draft.output,
    gates: [{ by: judge, min: 0.5, onFail: "retry" }],
    retry: { attempts: 3, backoff: "1ms" },
  });
  const made = defineScore({ id: "judged", nodes: { draft, kept }, output: kept.output });

  expect(await (await start(made)).ending).toEqual(completed(2));
  expect(played).toBe(2);
  expect(await (await start(made)).ending).toEqual(completed(2));
  expect(played).toBe(2);
});
