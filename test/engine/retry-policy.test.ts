import { expect, test } from "vitest";
import { z } from "zod";
import {
  defineScore,
  defineTask,
  input,
  map,
  optional,
  type RetryOptions,
  score,
  task,
} from "../../src/index.ts";
import { openHall } from "./hall.ts";

const Counted = z.object({ n: z.number() });

class RateLimited extends Error {}

/** A task that throws what `errors` holds, one after the other, and then gives how often it was tried. */
function failing(errors: readonly unknown[], retry: RetryOptions | "never") {
  let tries = 0;
  const node = task({
    output: Counted,
    run: () => {
      tries++;
      if (tries <= errors.length) throw errors[tries - 1];
      return { n: tries };
    },
    retry,
  });
  return {
    score: defineScore({ id: "failing", nodes: { node }, output: node.output.n }),
    tries: () => tries,
  };
}

const patient = { attempts: 5, backoff: "1ms", maxBackoff: "1ms" } as const;

test("only failures that `on` lists are tried again: by the name of the error, by its class, by a code", async () => {
  const { start } = await openHall();
  const typed = failing([new TypeError("a"), new TypeError("b")], { ...patient, on: ["TypeError"] });
  const classed = failing([new RateLimited("slow down")], { ...patient, on: ["RateLimited"] });
  const coded = failing([new Error("a"), "b"], { ...patient, on: ["MR3009"] });
  const other = failing([new TypeError("a"), new RangeError("b")], { ...patient, on: ["TypeError"] });

  expect(await (await start(typed.score)).ending).toEqual({ is: "completed", output: 3 });
  expect(await (await start(classed.score)).ending).toEqual({ is: "completed", output: 2 });
  expect(await (await start(coded.score)).ending).toEqual({ is: "completed", output: 3 });
  expect(await (await start(other.score)).ending).toMatchObject({
    is: "failed",
    step: "node",
    error: { message: "RangeError: b", name: "RangeError" },
  });
  expect(other.tries()).toBe(2);
});

test("an attempt that takes too long is tried again when `on` lists MR3002, and an output that does not fit is not", async () => {
  const { start } = await openHall();
  let tries = 0;
  const slow = task({
    output: Counted,
    timeout: "20ms",
    retry: { ...patient, on: ["MR3002"] },
    run: ({ signal }) => {
      tries++;
      if (tries > 2) return { n: "wrong" as never };
      return new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
  });

  const { ending } = await start(defineScore({ id: "slow", nodes: { slow }, output: slow.output.n }));

  expect(await ending).toMatchObject({ is: "failed", error: { code: "MR3001" } });
  expect(tries).toBe(3);
});

const Ask = z.object({ question: z.string(), temperature: z.number(), strict: z.boolean().default(true) });
function asking(
  fails: (given: z.infer<typeof Ask>) => boolean,
  retry: RetryOptions<Partial<z.input<typeof Ask>>>,
) {
  const given: z.infer<typeof Ask>[] = [];
  const ask = defineTask({
    id: "ask",
    input: Ask,
    output: z.object({ by: Ask }),
    run: ({ input }) => {
      given.push(input);
      if (fails(input)) throw new Error(`at ${input.temperature}`);
      return { by: input };
    },
  });
  const brief = input(z.object({ question: z.string(), cool: z.number() }));
  const asked = task(ask, { input: { question: brief.question, temperature: 0.9 }, retry });
  return {
    score: defineScore({ id: "asking", input: brief, nodes: { asked }, output: asked.output.by }),
    given,
  };
}

test("`vary` changes fields of the input for the second attempt and those after it, and the last one holds", async () => {
  const { start, store } = await openHall();
  const { score, given } = asking(() => given.length < 5, {
    ...patient,
    vary: [{ temperature: 0.5 }, { temperature: 0.1, strict: false }],
  });

  const { ending, id } = await start(score, { question: "why", cool: 0 });

  expect(await ending).toMatchObject({ output: { question: "why", temperature: 0.1, strict: false } });
  expect(given.map(({ temperature, strict }) => [temperature, strict])).toEqual([
    [0.9, true],
    [0.5, true],
    [0.1, false],
    [0.1, false],
    [0.1, false],
  ]);
  const rows = await store.stepsOf(id);
  expect(rows.toSorted((a, b) => a.attempt - b.attempt).map(({ info }) => info && JSON.parse(info))).toEqual([
    null,
    { varied: { temperature: 0.5 } },
    { varied: { temperature: 0.1, strict: false } },
    { varied: { temperature: 0.1, strict: false } },
    { varied: { temperature: 0.1, strict: false } },
  ]);
});

test("what `vary` lays over the input may be read from other nodes, whole or in parts", async () => {
  const { start } = await openHall();
  const given: unknown[] = [];
  const spare = task({ output: z.object({ question: z.string() }), run: () => ({ question: "who" }) });
  const twice = defineTask({
    id: "twice",
    input: z.object({ question: z.string(), n: z.number() }),
    output: Counted,
    run: ({ input, attempt }) => {
      given.push(input);
      if (attempt < 3) throw new Error("again");
      return { n: attempt };
    },
  });
  const brief = input(z.object({ n: z.number() }));
  const asked = task(twice, {
    input: { question: "what", n: 1 },
    retry: { ...patient, vary: [{ n: brief.n }, spare.output] },
  });
  const whole = defineScore({ id: "read", input: brief, nodes: { asked, spare }, output: asked.output.n });

  expect(await (await start(whole, { n: 7 })).ending).toEqual({ is: "completed", output: 3 });

  expect(given).toEqual([
    { question: "what", n: 1 },
    { question: "what", n: 7 },
    { question: "who", n: 1 },
  ]);
});

test("an input that its task refuses is tried again only when MR3003 is listed and `vary` changes it", async () => {
  const { start, store } = await openHall();
  const narrow = defineTask({
    id: "narrow",
    input: z.object({ n: z.number().max(5) }),
    output: Counted,
    run: ({ input }) => input,
  });
  const brief = input(Counted);
  const scoreOf = (retry: RetryOptions<{ n: number }>) => {
    const node = task(narrow, { input: { n: brief.n }, retry });
    return defineScore({ id: "narrow", input: brief, nodes: { node }, output: node.output.n });
  };
  const unlisted = await start(scoreOf({ ...patient, vary: [{ n: 1 }] }), { n: 9 });
  const same = await start(scoreOf({ ...patient, on: ["MR3003"] }), { n: 9 });
  const varied = await start(scoreOf({ ...patient, on: ["MR3003"], vary: [{ n: 1 }] }), { n: 9 });

  expect(await unlisted.ending).toMatchObject({ is: "failed", error: { code: "MR3003" } });
  expect(await same.ending).toMatchObject({ is: "failed", error: { code: "MR3003" } });
  expect(await varied.ending).toEqual({ is: "completed", output: 1 });
  expect(await store.stepsOf(same.id)).toHaveLength(1);
});

test("a run resumed between two attempts varies the input as it would have: attempts that a crash ended do not count", async () => {
  const { start, resume, store, engine } = await openHall();
  const brief = input(z.object({ question: z.string(), cool: z.number() }));
  const given: [attempt: number, temperature: number][] = [];
  let isFirst = true;
  const ask = defineTask({
    id: "ask",
    input: z.object({ question: z.string(), temperature: z.number() }),
    output: Counted,
    run: ({ input, attempt, signal }) => {
      given.push([attempt, input.temperature]);
      if (attempt === 1) throw new Error("first");
      if (isFirst)
        return new Promise<never>((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason)),
        );
      if (attempt === 3) throw new Error("second");
      return { n: attempt };
    },
  });
  const asked = task(ask, {
    input: { question: brief.question, temperature: 0.9 },
    retry: { attempts: 4, backoff: "1ms", vary: [{ temperature: brief.cool }, { temperature: 0 }] },
  });
  const whole = defineScore({ id: "resumed", input: brief, nodes: { asked }, output: asked.output.n });
  const first = await start(whole, { question: "why", cool: 0.4 });
  // Long enough that the beginning of the second attempt is written down.
  await expect
    .poll(async () => (await store.stepsOf(first.id)).some(({ status }) => status === "running"))
    .toBe(true);
  first.stop(new Error("the process ends"));
  expect(await first.ending).toEqual({ is: "stopped" });
  isFirst = false;

  const { ending } = await resume(whole, first.id);

  expect(await ending).toEqual({ is: "completed", output: 4 });
  expect(given).toEqual([
    [1, 0.9],
    [2, 0.4],
    [3, 0.4],
    [4, 0],
  ]);
  expect(engine.isPlaying(first.id)).toBe(false);
  const rows = (await store.stepsOf(first.id)).toSorted((a, b) => a.attempt - b.attempt);
  expect(rows.map(({ status, info }) => [status, info])).toEqual([
    ["failed", null],
    ["interrupted", '{"varied":{"temperature":0.4}}'],
    ["failed", '{"varied":{"temperature":0.4}}'],
    ["completed", '{"varied":{"temperature":0}}'],
  ]);
});

test("inside a map every item varies for itself, and a score that is played is given the varied input", async () => {
  const { start, store } = await openHall();
  const brief = input(Counted);
  const picky = task({
    input: { n: brief.n },
    output: Counted,
    run: ({ input }) => {
      if (input.n < 10) throw new Error(`${input.n} is too small`);
      return { n: input.n };
    },
  });
  const inner = defineScore({ id: "inner", input: brief, nodes: { picky }, output: { n: picky.output.n } });
  const numbers = input(z.object({ list: z.array(z.number()) }));
  const all = map({
    over: numbers.list,
    maxItems: 5,
    each: (n) => score(inner, { input: { n }, retry: { ...patient, vary: [{ n: 5 }, { n: 10 }] } }),
  });
  const whole = defineScore({ id: "outer", input: numbers, nodes: { all }, output: all.output });

  const { ending, id } = await start(whole, { list: [11, 2] });

  expect(await ending).toEqual({ is: "completed", output: [{ n: 11 }, { n: 10 }] });
  const last = (await store.stepsOf(id)).findLast(({ key }) => key === "all/1")!;
  expect(JSON.parse(last.info!)).toEqual({ varied: { n: 10 }, run: expect.stringMatching(/^run_/) });
});

test("a gap is marked on its step, told in its event, and counted at the run's end", async () => {
  const { start, store } = await openHall();
  const bad = task({
    output: Counted,
    retry: { attempts: 2, backoff: "1ms" },
    onFailure: "skip",
    run: (): { n: number } => {
      throw new Error("no");
    },
  });
  const numbers = input(z.object({ list: z.array(z.number()) }));
  const many = map({
    over: numbers.list,
    maxItems: 1,
    onFailure: "skip",
    each: (n) => task({ input: { n }, output: Counted, run: ({ input }) => input }),
  });
  const output = { n: optional(bad.output.n), many: optional(many.output) };
  const whole = defineScore({ id: "gap", input: numbers, nodes: { bad, many }, output });

  const { ending, id, events } = await start(whole, { list: [1, 2] });

  expect(await ending).toEqual({ is: "completed", output: {}, gaps: ["bad", "many"] });
  const steps = await store.stepsOf(id);
  expect(steps.find(({ key }) => key === "many")).toMatchObject({
    status: "skipped",
    info: '{"reason":"failed","gap":true}',
  });
  const rows = steps.filter(({ key }) => key === "bad").toSorted((a, b) => a.attempt - b.attempt);
  expect(rows.map(({ status, info }) => [status, info])).toEqual([
    ["failed", null],
    ["failed", '{"gap":true}'],
  ]);
  expect(events.filter(({ type }) => type === "step.failed")).toMatchObject([
    { retryAt: expect.any(Number) },
    { gap: true },
  ]);
  expect(events.at(-1)).toMatchObject({ type: "run.completed", gaps: ["bad", "many"] });
  expect(await store.run(id)).toMatchObject({ reason: '{"gaps":["bad","many"]}' });
  expect(events).toContainEqual(expect.objectContaining({ type: "step.skipped", step: "many", gap: true }));
});
