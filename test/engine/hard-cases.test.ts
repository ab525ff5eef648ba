import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineScore, derive, input, map, task } from "../../src/index.ts";
import { openHall } from "./hall.ts";

const once = (
  run: (call: { signal: AbortSignal; log: (m: string, d?: unknown) => void }) => unknown,
  rest: object = {},
) => task({ input: {}, output: z.any(), run: run as never, ...rest });

const untilAborted = (signal: AbortSignal) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

describe("a run is played once at a time", () => {
  test("resuming one that is being played is refused, and changes nothing", async () => {
    const hall = await openHall();
    let count = 0;
    const a = once(async () => {
      count++;
      await sleep(30);
      return 1;
    });
    const score = defineScore({ id: "s", nodes: { a } });
    const play = await hall.start(score);

    await expect(hall.resume(score, play.id)).rejects.toMatchObject({ code: "MR2011" });

    expect(await play.ending).toMatchObject({ is: "completed" });
    expect(count).toBe(1);
  });

  test("so is resuming it twice at once", async () => {
    const hall = await openHall();
    const a = once(({ signal }) => untilAborted(signal));
    const score = defineScore({ id: "s", nodes: { a } });
    const play = await hall.start(score);
    play.stop(new Error("stop"));
    await play.ending;

    const both = await Promise.allSettled([hall.resume(score, play.id), hall.resume(score, play.id)]);

    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    for (const one of both) if (one.status === "fulfilled") one.value.stop(new Error("stop"));
  });

  test("a run that is begun while the engine stops comes to rest before the stop is over", async () => {
    const hall = await openHall();
    const a = once(({ signal }) => untilAborted(signal));
    const beginning = hall.start(defineScore({ id: "s", nodes: { a } }));

    await sleep(0);
    await hall.engine.stop(new Error("closing"));

    const play = await beginning.catch(() => undefined);
    if (play) expect(["stopped", "completed"]).toContain((await play.ending).is);
    await expect(hall.start(defineScore({ id: "s", nodes: { a } }))).rejects.toMatchObject({
      code: "MR2012",
    });
  });
});

describe("what must not happen twice", () => {
  test("does not begin when the run has failed while it was being written down, and is not asked about", async () => {
    const hall = await openHall();
    let paid = 0;
    const pay = once(() => ++paid, { retry: "never" });
    const bad = once(() => {
      throw new Error("bad");
    });
    const play = await hall.start(defineScore({ id: "s", nodes: { pay, bad } }));

    expect(await play.ending).toMatchObject({ is: "failed", step: "bad" });
    expect(paid).toBe(0);
  });

  test("is played on resume when a stop came before it began", async () => {
    const hall = await openHall();
    let paid = 0;
    const first = once(() => 1);
    const pay = once(() => ++paid, { retry: "never", after: [first] });
    const score = defineScore({ id: "s", nodes: { first, pay }, output: { paid: pay.output } });
    const play = await hall.start(score);
    await expect.poll(() => play.events.some(({ type }) => type === "step.completed")).toBe(true);
    play.stop(new Error("stop"));
    const ended = await play.ending;

    if (ended.is === "stopped") {
      const again = await hall.resume(score, play.id);
      expect(await again.ending).toEqual({ is: "completed", output: { paid: 1 } });
    }
    expect(paid).toBe(1);
  });
});

describe("answers are checked before one is written", () => {
  async function asking() {
    const hall = await openHall();
    const done = task({ input: {}, output: z.number(), run: () => 1 });
    const pay = task({
      input: { done: done.output },
      output: z.object({ id: z.string() }),
      retry: "never",
      run: async ({ signal }) => (await untilAborted(signal)) as never,
    });
    const score = defineScore({ id: "s", nodes: { done, pay }, output: pay.output });
    const play = await hall.start(score);
    await expect.poll(async () => (await hall.store.stepsOf(play.id)).length).toBe(2);
    play.stop(new Error("stop"));
    await play.ending;
    return { hall, score, id: play.id };
  }

  test.each([
    ["a step that completed", { give: { done: 2 } }, "MR2013"],
    ["a step that is not there", { fail: ["nosuch"] }, "MR2013"],
    ["a step to be played again that nobody asks about", { redo: ["done"] }, "MR2013"],
    ["one step twice", { redo: ["pay"], fail: ["pay"] }, "MR2013"],
    ["an output that does not fit", { give: { pay: { id: 7 } } }, "MR2014"],
  ])("%s", async (_what, answers, code) => {
    const { hall, score, id } = await asking();
    const before = await hall.store.stepsOf(id);

    await expect(hall.resume(score, id, answers)).rejects.toMatchObject({ code });

    expect(await hall.store.stepsOf(id)).toEqual(before);
    const again = await hall.resume(score, id, { give: { pay: { id: "p7" } } });
    expect(await again.ending).toEqual({ is: "completed", output: { id: "p7" } });
  });
});

describe("values are JSON, wherever they come from", () => {
  test("an input that a schema turns into something else is played as it is stored", async () => {
    const hall = await openHall();
    const start = input(z.object({ at: z.string().transform((text) => new Date(text)) }));
    const a = task({
      input: { at: start.at as never },
      output: z.string(),
      run: (call) => typeof (call.input as { at: unknown }).at,
    });
    const { plan, code } = (await import("../../src/define/to-plan.ts")).toPlan(
      defineScore({ id: "s", input: start, nodes: { a }, output: { type: a.output } }) as never,
    );
    const { toPlayable } = await import("../../src/engine/index.ts");
    const { startRun } = await import("../../src/operations/start-run.ts");
    await hall.store.saveDeployment({ hash: "d", score: "s", plan: "{}", code: null, createdAt: 1 });

    const play = await startRun(hall.engine, toPlayable("d", plan, code), { at: "2026-01-01" });

    expect(await play.ending).toMatchObject({ output: { type: "string" } });
  });

  test.each([
    [
      "a circle",
      () => {
        const o: Record<string, unknown> = {};
        o.self = o;
        return o;
      },
    ],
    ["a bigint", () => 1n],
    ["NaN", () => Number.NaN],
    ["a promise", async () => 1],
  ])("a derive that gives %s fails the run with its name", async (_what, compute) => {
    const hall = await openHall();
    const a = once(() => 1);
    const computed = derive([a.output], compute as () => unknown);
    const b = task({ input: { computed: computed as never }, output: z.any(), run: (call) => call.input });
    const play = await hall.start(
      defineScore({ id: "s", nodes: { a, computed, b }, output: { b: b.output } }),
    );

    expect(await play.ending).toMatchObject({ is: "failed", step: "computed", error: { code: "MR3004" } });
  });

  test("a derive that sorts what it reads sorts its own copy", async () => {
    const hall = await openHall();
    const a = task({ input: {}, output: z.array(z.number()), run: () => [3, 1, 2] });
    const sorted = derive([a.output], (list) => list.sort());
    const play = await hall.start(
      defineScore({ id: "s", nodes: { a, sorted }, output: { a: a.output, sorted } }),
    );

    expect(await play.ending).toMatchObject({ output: { a: [3, 1, 2], sorted: [1, 2, 3] } });
  });

  test("a promise of any class is waited for before its value is checked", async () => {
    const hall = await openHall();
    class Query {
      // biome-ignore lint/suspicious/noThenProperty: what query builders are like
      then(resolve: (value: unknown) => void) {
        resolve([1, 2]);
      }
    }
    const a = task({ input: {}, output: z.array(z.number()), run: () => new Query() as never });
    const play = await hall.start(defineScore({ id: "s", nodes: { a }, output: { a: a.output } }));

    expect(await play.ending).toMatchObject({ output: { a: [1, 2] } });
  });

  test.each([
    [
      "a `then` that throws when it is read",
      () =>
        Object.defineProperty({}, ["th", "en"].join(""), {
          get() {
            throw new Error("no");
          },
        }),
    ],
    [
      "a revoked proxy, thrown",
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        throw proxy;
      },
    ],
    [
      "a toJSON that throws an object without a prototype",
      () => ({
        toJSON() {
          throw Object.create(null);
        },
      }),
    ],
  ])("%s fails the step, not the process", async (_what, run) => {
    const hall = await openHall();
    const a = once(run, { timeout: "1s" });
    const play = await hall.start(defineScore({ id: "s", nodes: { a } }));

    expect(await play.ending).toMatchObject({ is: "failed", step: "a" });
  });
});

describe("logs", () => {
  test("may hold anything: what JSON cannot carry is said in its place, and the message stays", async () => {
    const hall = await openHall();
    let deep: unknown = 1;
    for (let i = 0; i < 2_000; i++) deep = [deep];
    const a = once(({ log }) => {
      log("paid", { amount: 10n });
      log("deep", deep);
      log("nul \0 and half \ud800");
      return 1;
    });
    const play = await hall.start(defineScore({ id: "s", nodes: { a } }));

    expect(await play.ending).toMatchObject({ is: "completed" });
    await hall.store.settled();
    const logs = (await hall.store.eventsOf(play.id)).map(
      ({ data }) => JSON.parse(data!) as { message: string; data: unknown },
    );
    expect(logs.map(({ message }) => message.slice(0, 4))).toEqual(["paid", "deep", "nul "]);
    expect(logs[0]!.data).toMatch(/^\(not JSON: /);
  });

  test("of an attempt that is over are told to nobody, and throw nothing", async () => {
    const hall = await openHall();
    let late: (m: string) => void = () => {};
    const a = once(({ log }) => {
      late = log;
      return 1;
    });
    const play = await hall.start(defineScore({ id: "s", nodes: { a } }));
    await play.ending;

    late("too late");
    await hall.store.settled();

    expect(await hall.store.eventsOf(play.id)).toEqual([]);
  });
});

describe("time", () => {
  test("an item that was given up does not hold up the run with its next attempt", async () => {
    const hall = await openHall();
    const start = input(z.object({ items: z.array(z.number()).default([1]) }));
    const items = map({
      over: start.items,
      maxItems: 5,
      onItemError: "collect",
      each: (n) => {
        const slow = task({
          input: { n },
          output: z.number(),
          retry: { attempts: 3, backoff: "1h", maxBackoff: "1h", jitter: false },
          run: () => {
            throw new Error("again in an hour");
          },
        });
        const bad = task({
          input: { n },
          output: z.number(),
          run: async () => {
            await sleep(20);
            throw new Error("bad");
          },
        });
        return { nodes: { slow, bad }, output: { slow: slow.output, bad: bad.output } };
      },
    });
    const play = await hall.start(
      defineScore({ id: "s", input: start, nodes: { items }, output: items.output }),
    );

    expect(await play.ending).toMatchObject({ output: [{ status: "failed", error: { message: "bad" } }] });
  });

  test("a timeout longer than Node's timers is not over at once", async () => {
    const hall = await openHall();
    const a = once(
      async () => {
        await sleep(20);
        return 1;
      },
      { timeout: "365d" },
    );
    const play = await hall.start(defineScore({ id: "s", nodes: { a }, output: { a: a.output } }));

    expect(await play.ending).toMatchObject({ output: { a: 1 } });
  });

  test("a stop does not wait for ever for a task that ignores its signal", async () => {
    const hall = await openHall();
    const a = once(() => new Promise(() => {}));
    const play = await hall.start(defineScore({ id: "s", nodes: { a } }));
    await expect.poll(() => play.events.length).toBe(2);

    const startedAt = Date.now();
    await hall.engine.stop(new Error("closing"), 50);

    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });
});
