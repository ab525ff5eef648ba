import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineScore, defineTask, derive, input, map, task } from "../../src/index.ts";
import { openHall } from "./hall.ts";

const never = <T>() => new Promise<T>(() => {});

/** Ends when its signal is set off, with the reason. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
  });
}

describe("a run", () => {
  test("is in the store with its steps, its output and its end", async () => {
    const hall = await openHall();
    const start = input(z.object({ n: z.number().default(20) }));
    const half = task({ input: { n: start.n }, output: z.number(), run: ({ input }) => input.n / 2 });
    const play = await hall.start(
      defineScore({ id: "half", input: start, nodes: { half }, output: { half: half.output } }),
    );

    expect(await play.ending).toEqual({ is: "completed", output: { half: 10 } });
    const row = await hall.store.run(play.id);
    expect(row).toMatchObject({ status: "completed", input: '{"n":20}', output: '{"half":10}', error: null });
    expect(row!.endedAt).toBeGreaterThanOrEqual(row!.startedAt!);
    expect(await hall.store.stepsOf(play.id)).toMatchObject([
      { key: "half", attempt: 1, status: "completed", output: "10" },
    ]);
  });

  test("tells what happens in the order in which it happens, its own end last", async () => {
    const hall = await openHall();
    const a = task({
      input: {},
      output: z.number(),
      run: ({ log }) => {
        log("at work", { n: 1 });
        return 1;
      },
    });
    const b = task({
      input: { a: a.output },
      output: z.number(),
      run: ({ progress }) => {
        progress(1, 2);
        return 2;
      },
    });
    const play = await hall.start(defineScore({ id: "two", nodes: { a, b } }));

    await play.ending;

    expect(
      play.events.map((event) => ("step" in event ? `${event.type} ${event.step}` : event.type)),
    ).toEqual([
      "run.started",
      "step.started a",
      "log a",
      "step.completed a",
      "step.started b",
      "progress b",
      "step.completed b",
      "run.completed",
    ]);
  });

  test("keeps the log lines of its tasks", async () => {
    const hall = await openHall();
    const a = task({
      input: {},
      output: z.number(),
      run: ({ log }) => {
        log("at work", { n: 1 });
        return 1;
      },
    });
    const play = await hall.start(defineScore({ id: "logs", nodes: { a } }));

    await play.ending;
    await hall.store.settled();

    expect(await hall.store.eventsOf(play.id)).toMatchObject([
      { type: "log", step: "a", data: '{"message":"at work","data":{"n":1}}' },
    ]);
  });

  test("whose input does not fit is not begun, and every wrong field is named", async () => {
    const hall = await openHall();
    const start = input(z.object({ n: z.number(), tags: z.array(z.string()) }));
    const a = task({ input: { n: start.n }, output: z.number(), run: ({ input }) => input.n });
    const score = defineScore({ id: "strict", input: start, nodes: { a } });

    await expect(hall.start(score, { n: "x", tags: ["a", 2] })).rejects.toMatchObject({
      code: "MR2002",
      facts: { problems: [{ path: "n" }, { path: "tags[1]" }] },
    });
    expect(await hall.store.listRuns({ limit: 10 })).toEqual([]);
  });
});

describe("what a task gives", () => {
  test("has to fit its schema: the attempt fails with the path and what stands there, and is tried again", async () => {
    const hall = await openHall();
    const a = task({
      input: {},
      output: z.object({ list: z.array(z.object({ n: z.number() })) }),
      retry: { attempts: 2, backoff: "1ms" },
      run: ({ attempt }) => ({ list: [{ n: attempt === 1 ? ("one" as never) : 1 }] }),
    });
    const play = await hall.start(defineScore({ id: "s", nodes: { a }, output: a.output }));

    expect(await play.ending).toMatchObject({ is: "completed", output: { list: [{ n: 1 }] } });
    const [first] = await hall.store.stepsOf(play.id);
    expect(JSON.parse(first!.error!)).toMatchObject({
      code: "MR3001",
      message: expect.stringMatching(/list\[0\]\.n.*\(it is string\)/),
    });
  });

  test.each([
    ["a bigint", () => 1n],
    [
      "a circle",
      () => {
        const o: Record<string, unknown> = {};
        o.o = o;
        return o;
      },
    ],
    ["infinity", () => Number.POSITIVE_INFINITY],
    ["a function", () => () => 1],
  ])("cannot be %s, which JSON does not carry", async (_what, make) => {
    const hall = await openHall();
    const a = task({ input: {}, output: z.any(), run: make as never });
    const play = await hall.start(defineScore({ id: "s", nodes: { a } }));

    expect(await play.ending).toMatchObject({ is: "failed", step: "a", error: { code: "MR3004" } });
  });

  test("is read by others as JSON gives it back, in this run as in a resumed one", async () => {
    const hall = await openHall();
    const a = task({
      input: {},
      output: z.any(),
      run: () => ({ when: new Date(0), none: undefined, list: [undefined] }),
    });
    const b = task({
      input: { a: a.output },
      output: z.any(),
      run: ({ input }) => [typeof (input as { a: { when: unknown } }).a.when, input],
    });
    const play = await hall.start(defineScore({ id: "s", nodes: { a, b }, output: { b: b.output } }));

    expect(await play.ending).toMatchObject({
      output: { b: ["string", { a: { when: "1970-01-01T00:00:00.000Z", list: [null] } }] },
    });
  });

  test("is not changed by a task that changes its input", async () => {
    const hall = await openHall();
    const a = task({
      input: {},
      output: z.object({ list: z.array(z.number()) }),
      run: () => ({ list: [3, 1, 2] }),
    });
    const b = task({
      input: { list: a.output.list },
      output: z.array(z.number()),
      run: ({ input }) => input.list.sort(),
    });
    const c = task({
      input: { list: a.output.list },
      after: [b],
      output: z.array(z.number()),
      run: ({ input }) => input.list,
    });
    const play = await hall.start(defineScore({ id: "s", nodes: { a, b, c }, output: { c: c.output } }));

    expect(await play.ending).toMatchObject({ output: { c: [3, 1, 2] } });
  });

  test.each([
    [
      "an error",
      () => {
        throw new TypeError("no");
      },
      "TypeError: no",
    ],
    [
      "a string",
      () => {
        throw "no";
      },
      'threw "no"',
    ],
    [
      "nothing",
      () => {
        throw undefined;
      },
      "threw undefined",
    ],
    [
      "an object whose getters throw",
      () => {
        throw Object.defineProperty(new Error("x"), "message", {
          get() {
            throw 1;
          },
        });
      },
      "threw something that cannot be shown",
    ],
  ])("may be %s, thrown: the message is kept", async (_what, run, message) => {
    const hall = await openHall();
    const a = task({ input: {}, output: z.any(), run: run as never });
    const play = await hall.start(defineScore({ id: "s", nodes: { a } }));

    expect(await play.ending).toMatchObject({ is: "failed", error: { message } });
  });

  test("of more than 32 KB comes back whole when the run is resumed", async () => {
    const hall = await openHall();
    let isFirst = true;
    const big = task({ input: {}, output: z.string(), run: () => "x".repeat(400_000) });
    const use = task({
      input: { big: big.output },
      output: z.number(),
      run: ({ input, signal }) => {
        if (!isFirst) return input.big.length;
        isFirst = false;
        return untilAborted(signal);
      },
    });
    const score = defineScore({ id: "s", nodes: { big, use }, output: { n: use.output } });
    const play = await hall.start(score);
    await expect.poll(() => play.events.filter(({ type }) => type === "step.completed").length).toBe(1);
    play.stop(new Error("stop"));
    await play.ending;

    const again = await hall.resume(score, play.id);

    expect(await again.ending).toMatchObject({ output: { n: 400_000 } });
  });
});

describe("time", () => {
  test("an attempt that takes longer than its timeout fails, its signal is set off, and its late result changes nothing", async () => {
    const hall = await openHall();
    let aborted = 0;
    const slow = task({
      input: {},
      output: z.number(),
      timeout: "20ms",
      retry: { attempts: 2, backoff: "1ms" },
      run: async ({ attempt, signal }) => {
        if (attempt === 2) return 2;
        signal.addEventListener("abort", () => aborted++);
        await sleep(60);
        return 1;
      },
    });
    const play = await hall.start(defineScore({ id: "s", nodes: { slow }, output: { n: slow.output } }));

    expect(await play.ending).toMatchObject({ output: { n: 2 } });
    expect(aborted).toBe(1);
    expect((await hall.store.stepsOf(play.id)).map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, "failed"],
      [2, "completed"],
    ]);
  });

  test("a promise that never settles is ended by its timeout", async () => {
    const hall = await openHall();
    const stuck = task({ input: {}, output: z.number(), timeout: "10ms", run: () => never<number>() });
    const play = await hall.start(defineScore({ id: "s", nodes: { stuck } }));

    expect(await play.ending).toMatchObject({
      is: "failed",
      error: { code: "MR3002", message: "timed out after 10 ms" },
    });
  });

  test("a step that has been at work for 100 ms is in the store as running", async () => {
    const hall = await openHall();
    const slow = task({ input: {}, output: z.number(), run: async ({ signal }) => untilAborted(signal) });
    const play = await hall.start(defineScore({ id: "s", nodes: { slow } }));

    await expect
      .poll(() => hall.store.settled().then(() => hall.store.stepsOf(play.id)), { timeout: 2_000 })
      .toMatchObject([{ key: "slow", status: "running" }]);
    play.stop(new Error("enough"));
    await play.ending;
  });
});

describe("stopping and going on", () => {
  const counts: Record<string, number> = {};
  const counting = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
    return counts[name];
  };

  test("a stopped run begins no further step, tells those under way, and goes on where it was", async () => {
    const hall = await openHall();
    const a = task({ input: {}, output: z.number(), run: () => counting("a") });
    const b = task({
      input: { a: a.output },
      output: z.number(),
      run: ({ signal }) => (counting("b") === 1 ? untilAborted(signal) : 7),
    });
    const c = task({
      input: { b: b.output },
      output: z.number(),
      run: ({ input }) => input.b + counting("c"),
    });
    const score = defineScore({ id: "s", nodes: { a, b, c }, output: { c: c.output } });
    const play = await hall.start(score);
    await expect.poll(() => counts.b).toBe(1);

    play.stop(new Error("stopped"));
    expect(await play.ending).toEqual({ is: "stopped" });
    expect(await hall.store.run(play.id)).toMatchObject({ status: "paused", reason: '{"stopped":true}' });

    const again = await hall.resume(score, play.id);

    expect(await again.ending).toEqual({ is: "completed", output: { c: 8 } });
    expect(counts).toEqual({ a: 1, b: 2, c: 1 });
  });

  test("a run that has ended cannot be resumed", async () => {
    const hall = await openHall();
    const a = task({ input: {}, output: z.number(), run: () => 1 });
    const score = defineScore({ id: "s", nodes: { a } });
    const play = await hall.start(score);
    await play.ending;

    await expect(hall.resume(score, play.id)).rejects.toMatchObject({
      code: "MR2008",
      facts: { status: "completed" },
    });
  });

  test("when a step fails the run, others under way are told to end, and the run ends when they have", async () => {
    const hall = await openHall();
    const bad = task({
      input: {},
      output: z.number(),
      run: async () => {
        await sleep(5);
        throw new Error("bad");
      },
    });
    const long = task({ input: {}, output: z.number(), run: ({ signal }) => untilAborted(signal) });
    const play = await hall.start(defineScore({ id: "s", nodes: { bad, long } }));

    expect(await play.ending).toMatchObject({ is: "failed", step: "bad", error: { message: "bad" } });
    expect(await hall.store.run(play.id)).toMatchObject({ status: "failed" });
  });

  test("every wait between attempts is kept when the run is resumed in between", async () => {
    const hall = await openHall();
    const flaky = task({
      input: {},
      output: z.number(),
      retry: { attempts: 3, backoff: "300ms", jitter: false },
      run: ({ attempt }) => {
        if (attempt < 2) throw new Error("not yet");
        return attempt;
      },
    });
    const score = defineScore({ id: "s", nodes: { flaky }, output: { n: flaky.output } });
    const play = await hall.start(score);
    await expect.poll(() => play.events.some(({ type }) => type === "step.failed")).toBe(true);
    play.stop(new Error("stop"));
    await play.ending;
    const again = await hall.resume(score, play.id);

    expect(await again.ending).toMatchObject({ output: { n: 2 } });
    const [first, second] = await hall.store.stepsOf(play.id);
    expect(second!.startedAt - first!.endedAt!).toBeGreaterThanOrEqual(299);
  });
});

describe('a step with retry: "never"', () => {
  const send = (run: (call: { signal: AbortSignal }) => unknown) =>
    defineTask({ id: "send", input: z.object({}), output: z.object({ id: z.string() }), run: run as never });

  async function interrupted() {
    const hall = await openHall();
    let sent = 0;
    const mail = task(
      send(({ signal }) => (++sent === 1 ? untilAborted(signal) : { id: `mail-${sent}` })),
      { input: {}, retry: "never" },
    );
    const after = task({
      input: { id: mail.output.id },
      output: z.string(),
      run: ({ input }) => `after ${input.id}`,
    });
    const score = defineScore({ id: "s", nodes: { mail, after }, output: { said: after.output } });
    const play = await hall.start(score);
    await expect.poll(() => sent).toBe(1);
    play.stop(new Error("the process dies"));
    await play.ending;
    return { hall, score, id: play.id, sent: () => sent };
  }

  test("is written down before it begins", async () => {
    const { hall, id } = await interrupted();

    expect(await hall.store.stepsOf(id)).toMatchObject([{ key: "mail", status: "running" }]);
  });

  test("is not played again when it was interrupted: the run pauses and asks", async () => {
    const { hall, score, id, sent } = await interrupted();

    const again = await hall.resume(score, id);

    expect(await again.ending).toEqual({ is: "asking", steps: ["mail"] });
    expect(sent()).toBe(1);
    expect(await hall.store.run(id)).toMatchObject({ status: "paused", reason: '{"asking":["mail"]}' });
  });

  test("is played again when somebody says so", async () => {
    const { hall, score, id, sent } = await interrupted();
    await (await hall.resume(score, id)).ending;

    const again = await hall.resume(score, id, { redo: ["mail"] });

    expect(await again.ending).toMatchObject({ is: "completed", output: { said: "after mail-2" } });
    expect(sent()).toBe(2);
  });

  test("takes the output that somebody found out", async () => {
    const { hall, score, id, sent } = await interrupted();

    const again = await hall.resume(score, id, { give: { mail: { id: "mail-7" } } });

    expect(await again.ending).toMatchObject({ is: "completed", output: { said: "after mail-7" } });
    expect(sent()).toBe(1);
  });

  test("fails when somebody says that it did not happen", async () => {
    const { hall, score, id } = await interrupted();

    const again = await hall.resume(score, id, { fail: ["mail"] });

    expect(await again.ending).toMatchObject({ is: "failed", step: "mail" });
  });
});

describe("a run that kills its process", () => {
  const stuck = () => {
    const node = task({ input: {}, output: z.number(), run: ({ signal }) => untilAborted(signal) });
    return defineScore({ id: "s", nodes: { node } });
  };

  test("is ended after five resumes without progress", async () => {
    const hall = await openHall();
    const score = stuck();
    const play = await hall.start(score);
    const die = async (dying: { stop(reason: Error): void; ending: Promise<unknown> }) => {
      dying.stop(new Error("dies"));
      await dying.ending;
      // A process that is killed leaves no pause behind.
      await hall.store.changeRun({ id: play.id, status: "running", reason: null });
    };
    await die(play);

    for (let i = 1; i <= 5; i++) await die(await hall.resume(score, play.id));
    const last = await hall.resume(score, play.id);

    expect(await last.ending).toMatchObject({ is: "failed", error: { code: "MR3008" } });
  });

  test("is told apart from one that was stopped in order, however often", async () => {
    const hall = await openHall();
    const score = stuck();
    let play: { id: string; stop(reason: Error): void; ending: Promise<unknown> } = await hall.start(score);

    for (let i = 0; i < 8; i++) {
      play.stop(new Error("a deploy"));
      expect(await play.ending).toEqual({ is: "stopped" });
      play = await hall.resume(score, play.id);
    }

    play.stop(new Error("enough"));
    expect(await play.ending).toEqual({ is: "stopped" });
  });
});

describe("size", () => {
  test("10,000 items of a map are played with the results in order", async () => {
    const hall = await openHall();
    const start = input(z.object({ n: z.number() }));
    const list = derive([start.n], (n) => Array.from({ length: n }, (_, i) => i));
    const doubled = map({
      over: list,
      maxItems: 10_000,
      each: (i) => task({ input: { i }, output: z.number(), run: ({ input }) => input.i * 2 }),
    });
    const play = await hall.start(
      defineScore({ id: "s", input: start, nodes: { doubled }, output: doubled.output }),
      { n: 10_000 },
    );

    const ending = await play.ending;

    expect((ending as { output: number[] }).output).toEqual(Array.from({ length: 10_000 }, (_, i) => i * 2));
    expect((await hall.store.stepsOf(play.id)).filter(({ kind }) => kind === "task")).toHaveLength(10_000);
  });
});
