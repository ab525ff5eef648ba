import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  branch,
  checkpoint,
  defineScore,
  derive,
  eq,
  input,
  loop,
  map,
  type Node,
  optional,
  task,
  text,
} from "../../src/index.ts";
import { decideCheckpoint } from "../../src/operations/decide-checkpoint.ts";
import { openCheckpointsOf } from "../../src/views/open-checkpoints.ts";
import { openHall } from "./hall.ts";
import { ALL_ODD_VALUES, DEEPEST, expectedOf, nested, ODD_VALUES, type OddValue } from "./odd-values.ts";

/** How long a test waits for a fact on a machine that has much else to do. */
const SOON = { interval: 2, timeout: 30_000 };

type Hall = Awaited<ReturnType<typeof openHall>>;

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

/** Those that are an output, with what JSON makes of them. */
function storableOf(values: readonly OddValue[]) {
  return values.flatMap((odd) => {
    const expected = expectedOf(odd);
    return expected === "refused" ? [] : [{ ...odd, value: expected.value }];
  });
}
const refused = ODD_VALUES.filter((odd) => expectedOf(odd) === "refused");

/** JSON that also tells -0; not compared by `toEqual`, because it may be megabytes. */
function textOf(value: unknown): string {
  return Object.is(value, -0) ? "-0" : `${JSON.stringify(value)}`;
}

/** Which of `pairs` differ: nothing, where all is well. */
function differing(pairs: readonly (readonly [name: string, found: unknown, wanted: unknown])[]) {
  return pairs
    .filter(([, found, wanted]) => textOf(found) !== textOf(wanted))
    .map(
      ([name, found, wanted]) => `${name}: ${textOf(found).slice(0, 80)}, not ${textOf(wanted).slice(0, 80)}`,
    );
}

const once = (run: (call: never) => unknown, rest: object = {}) =>
  task({ input: {}, output: z.any(), run: run as never, ...rest });

/** Whatever came before, the engine and the store go on as ever. */
async function expectUnharmed(hall: Hall) {
  const play = await hall.start(defineScore({ id: "plain", nodes: { plain: once(() => 7) } }));
  expect((await play.ending).is).toBe("completed");
  expect((Object.prototype as { polluted?: unknown }).polluted).toBeUndefined();
}

describe("whatever a task gives", () => {
  test("is read as JSON gives it back, by others and by itself, at once and after a resume", async () => {
    const hall = await openHall();
    const found: [string, unknown, unknown][] = [];
    const storable = storableOf(ALL_ODD_VALUES);
    for (const { name, make, value } of storable) {
      let isHeld = true;
      const read: unknown[] = [];
      const odd = once(make);
      const first = task({
        input: { value: odd.output, field: { inside: [odd.output] } },
        output: z.any(),
        run: (call) => void read.push(call.input.value, call.input.field.inside[0]),
      });
      const second = task({
        input: { value: odd.output },
        after: [first],
        output: z.any(),
        run: (call) => (isHeld ? untilAborted(call.signal) : call.input.value),
      });
      const score = defineScore({ id: "odd", nodes: { odd, first, second }, output: second.output });
      const play = await hall.start(score);
      await expect.poll(() => read.length, SOON).toBe(2);
      play.stop(new Error("stop"));
      await play.ending;
      isHeld = false;

      const ending = await (await hall.resume(score, play.id)).ending;

      for (const one of read) found.push([name, one, value]);
      found.push([name, ending.is === "completed" ? ending.output : ending, value]);
      found.push([name, JSON.parse((await hall.store.run(play.id))!.output!), value]);
    }
    expect(differing(found)).toEqual([]);
    expect(storable.length).toBeGreaterThan(60);
    await expectUnharmed(hall);
  });

  test("and JSON cannot say, fails its step with a sentence, and nothing else", async () => {
    const hall = await openHall();
    for (const { name, make } of refused) {
      const bad = once(make, { onFailure: "skip" });
      const good = once(() => "good");
      const play = await hall.start(
        defineScore({
          id: "odd",
          nodes: { bad, good },
          output: { bad: optional(bad.output), good: good.output },
        }),
      );

      expect(await play.ending, name).toEqual({
        is: "completed",
        output: { good: "good" },
        gaps: ["bad"],
      });

      const { error, status } = (await hall.store.stepsOf(play.id)).find(({ key }) => key === "bad")!;
      expect(status, name).toBe("failed");
      expect(JSON.parse(error!).message, name).toMatch(
        /^the output cannot be stored: (it is |Converting|Do not know|a trap|something|Cannot)|^the output does not fit|revoked|a trap/,
      );
    }
    expect(refused.length).toBeGreaterThan(15);
    await expectUnharmed(hall);
  });

  test("is one item of a map like any other: what cannot be said fails its item alone", async () => {
    // The list of all items is an output, too, and nested deeper than they are.
    const values = ODD_VALUES.filter(({ name }) => !name.endsWith(` ${DEEPEST} deep`));
    const hall = await openHall();
    const list = task({ input: {}, output: z.array(z.number()), run: () => values.map((_, i) => i) });
    const each = map({
      over: list.output,
      maxItems: 200,
      onItemError: "collect",
      each: (i) => task({ input: { i }, output: z.any(), run: (call) => values[call.input.i]!.make() }),
    }) as Node<{ status: string; value: unknown }[]>;
    const again = map({
      over: each.output,
      maxItems: 200,
      each: (item) => task({ input: { item }, output: z.any(), run: (call) => call.input.item }),
    });
    const play = await hall.start(
      defineScore({ id: "items", nodes: { list, each, again }, output: again.output }),
    );

    const ending = (await play.ending) as unknown as { output: { status: string; value?: unknown }[] };

    const pairs = values.map((odd, i) => {
      const { status, value } = ending.output[i]!;
      const expected = expectedOf(odd);
      const wanted = expected === "refused" ? "failed" : expected.value;
      return [odd.name, status === "ok" ? value : status, wanted] as const;
    });
    expect(differing(pairs)).toEqual([]);
    await expectUnharmed(hall);
  });
});

test("what a derive gives, and the state of a loop, are held to the same", async () => {
  const hall = await openHall();
  const found: [string, unknown, unknown][] = [];
  for (const odd of ODD_VALUES) {
    const expected = expectedOf(odd);
    const wanted = expected === "refused" ? "refused" : expected.value;
    const a = once(() => 1);
    const derived = derive([a.output], odd.make as () => never);
    const seen = task({
      input: { value: optional(derived) },
      output: z.any(),
      run: (call) => call.input.value,
    });
    const looped = loop({
      state: z.any(),
      start: 0 as never,
      max: 1,
      onMax: "last",
      each: () => {
        const next = once(odd.make);
        return { nodes: { next }, next: next.output, until: eq(next.output, next.output) };
      },
    });
    const ended = async (nodes: object, output: unknown) => {
      const play = await hall.start(
        defineScore({ id: "made", nodes: nodes as never, output: output as never }),
      );
      const ending = await play.ending;
      if (ending.is === "completed") return ending.output;
      // Some throw as soon as anybody looks whether they are a promise.
      expect((ending as { error: unknown }).error).toMatchObject({
        code: expect.stringMatching(/MR3001|MR3004|MR3009/),
      });
      return "refused";
    };
    found.push([`derive: ${odd.name}`, await ended({ a, derived, seen }, seen.output), wanted]);
    found.push([`loop: ${odd.name}`, await ended({ looped }, looped.output), wanted]);
  }
  expect(differing(found)).toEqual([]);
  await expectUnharmed(hall);
});

test("whatever is thrown fails its step with a message, is tried again, and is kept", async () => {
  const hall = await openHall();
  for (const { name, make } of ODD_VALUES) {
    let tries = 0;
    const bad = once(
      async () => {
        tries++;
        throw make();
      },
      { retry: { attempts: 2, backoff: "1ms" } },
    );
    const play = await hall.start(defineScore({ id: "thrown", nodes: { bad } }));

    const ending = await play.ending;

    expect(ending, name).toMatchObject({ is: "failed", step: "bad", error: { message: expect.any(String) } });
    expect((ending as { error: { message: string } }).error.message.length, name).toBeLessThan(4_100);
    expect(tries, name).toBe(2);
    const { error } = (await hall.store.run(play.id))!;
    expect(JSON.parse(error!).message, name).toBe((ending as { error: { message: string } }).error.message);
  }
  await expectUnharmed(hall);
});

test("whatever is logged, as a message or beside one, is kept as far as it can be said, and harms no step", async () => {
  const hall = await openHall();
  const chatty = once(({ log }: { log: (message: unknown, data?: unknown) => void }) => {
    for (const { make } of ODD_VALUES) {
      log(make());
      log("beside", make());
    }
    return "done";
  });
  const play = await hall.start(defineScore({ id: "logs", nodes: { chatty }, output: chatty.output }));

  expect(await play.ending).toEqual({ is: "completed", output: "done" });

  await hall.store.settled();
  const kept = (await hall.store.eventsOf(play.id)).map(({ data }) => JSON.parse(data!));
  expect(kept).toHaveLength(2 * ODD_VALUES.length);
  for (const { message } of kept) expect(message).toEqual(expect.any(String));
  const beside = kept.filter((_, i) => i % 2 === 1);
  expect(new Set(beside.map(({ message }) => message))).toEqual(new Set(["beside"]));
  const pairs = storableOf(ODD_VALUES)
    .filter(({ name }) => name !== "undefined")
    .map(
      ({ name, value }) =>
        [name, beside[ODD_VALUES.findIndex((odd) => odd.name === name)].data, value] as const,
    );
  expect(differing(pairs)).toEqual([]);
  for (const { name } of refused)
    expect(beside[ODD_VALUES.findIndex((odd) => odd.name === name)].data, name).toMatch(/^\(not JSON: /);
});

describe("what people and programs hand over", () => {
  test("as a decision is taken as JSON gives it back, or refused while the checkpoint stays open", async () => {
    const hall = await openHall();
    const found: [string, unknown, unknown][] = [];
    for (const isPlaying of [false, true])
      for (const odd of ODD_VALUES) {
        let end = () => {};
        const review = checkpoint({ title: "?", decision: z.any(), timeout: "1d", onTimeout: "reject" });
        const busy = once(() => (isPlaying ? new Promise<void>((resolve) => (end = resolve)) : undefined));
        const score = defineScore({ id: "asked", nodes: { review, busy }, output: review.output });
        const playable = await hall.prepare(score);
        const play = await hall.start(score);
        if (isPlaying) await expect.poll(() => openCheckpointsOf(hall.store, play.id), SOON).toHaveLength(1);
        else await play.ending;
        const decide = async (value: unknown) => {
          const row = (await hall.store.run(play.id))!;
          const [open] = await openCheckpointsOf(hall.store, play.id);
          const { engine, store } = hall;
          const deciding = { row, playable, step: open!.step, value, by: "ada" };
          await decideCheckpoint({ engine, store, now: Date.now }, deciding);
        };
        const expected = expectedOf(odd);

        const first = await decide(odd.make()).catch((error: { code: string }) => error.code);
        if (expected === "refused") await decide("again");
        end();
        await (isPlaying ? play : await hall.resume(score, play.id)).ending;

        if (expected === "refused") expect(first, odd.name).toBe("MR2014");
        const { output } = (await hall.store.run(play.id))!;
        found.push([odd.name, JSON.parse(output!), expected === "refused" ? "again" : expected.value]);
      }
    expect(differing(found)).toEqual([]);
  });

  test("as the output of an interrupted step is taken the same way, or refused while the step stays asked about", async () => {
    const hall = await openHall();
    const found: [string, unknown, unknown][] = [];
    for (const odd of ODD_VALUES) {
      const pay = once(({ signal }: { signal: AbortSignal }) => untilAborted(signal), { retry: "never" });
      const score = defineScore({ id: "paid", nodes: { pay }, output: pay.output });
      const play = await hall.start(score);
      await expect.poll(() => play.events.some(({ type }) => type === "step.started"), SOON).toBe(true);
      play.stop(new Error("stop"));
      await play.ending;
      const give = (value: unknown) => hall.resume(score, play.id, { give: { pay: value } });
      const expected = expectedOf(odd);

      const first = await give(odd.make()).catch((error: { code: string }) => error.code);
      const again = typeof first === "string" ? await give("again") : first;

      if (expected === "refused") expect(first, odd.name).toBe("MR2014");
      const ending = await again.ending;
      const wanted = expected === "refused" ? "again" : expected.value;
      found.push([odd.name, ending.is === "completed" ? ending.output : ending, wanted]);
    }
    expect(differing(found)).toEqual([]);
  });

  test("as a run's input is played as it is stored, or refused before anything is", async () => {
    const hall = await openHall();
    const found: [string, unknown, unknown][] = [];
    const start = input(z.object({ value: z.any() }));
    const same = task({ input: { value: start.value }, output: z.any(), run: (call) => call.input.value });
    const score = defineScore({ id: "given", input: start, nodes: { same }, output: same.output });
    for (const odd of ODD_VALUES) {
      const before = (await hall.store.listRuns({ limit: 1_000 })).length;
      const begun = await hall.start(score, { value: odd.make() }).catch((error: { code: string }) => error);
      if (!("ending" in begun)) {
        expect(begun.code, odd.name).toBe("MR2002");
        expect(await hall.store.listRuns({ limit: 1_000 })).toHaveLength(before);
        continue;
      }
      const ending = await begun.ending;
      // Inside an object JSON leaves some values out, and says null for others.
      const [stored] = Object.values(JSON.parse(JSON.stringify({ value: odd.make() })));
      found.push([odd.name, ending.is === "completed" ? ending.output : ending, stored ?? null]);
    }
    expect(differing(found)).toEqual([]);
    expect(found.length).toBeGreaterThan(60);

    const hostile = [
      () => new Proxy({}, { ownKeys: () => [][0]! }),
      () => "text",
      () => [1],
      () => nested(5_000),
    ];
    for (const make of [...hostile, ...ODD_VALUES.map((odd) => odd.make)]) {
      const begun = await hall.start(score, make() as never).catch((error: { code: string }) => error);
      if ("ending" in begun) await begun.ending;
      else expect(begun.code).toBe("MR2002");
    }
    await expectUnharmed(hall);
  });
});

describe("values that are nested as deep as any output can be", () => {
  const deep = () => nested(DEEPEST, "end");

  test("are compared, put into texts, shown to people and gone on with", async () => {
    const hall = await openHall();
    const one = once(deep);
    const two = once(deep);
    const alike = branch(eq(one.output, two.output));
    const written = text`${one.output as never}`;
    const length = task({
      when: alike.yes,
      input: { written },
      output: z.number(),
      run: (c) => c.input.written.length,
    });
    const review = checkpoint({
      title: "?",
      show: { one: one.output, both: [one.output, two.output] },
      decision: z.any(),
      timeout: "1d",
      onTimeout: "reject",
      after: [length],
    });
    const play = await hall.start(defineScore({ id: "deep", nodes: { one, two, alike, length, review } }));

    expect(await play.ending).toMatchObject({ is: "waiting" });

    const [open] = await openCheckpointsOf(hall.store, play.id);
    expect(open).toMatchObject({ title: "?", until: expect.any(Number) });
    expect(open!.show).toMatch(/^\(not JSON: it is nested more than 500 deep/);
    const steps = await hall.store.stepsOf(play.id);
    expect(steps.find(({ key }) => key === "length")).toMatchObject({ output: String(2 * DEEPEST + 5) });
    await expectUnharmed(hall);
  });

  test("end a run whose output puts them together with a sentence", async () => {
    const hall = await openHall();
    const one = once(deep);
    const play = await hall.start(defineScore({ id: "deeper", nodes: { one }, output: { one: one.output } }));

    expect(await play.ending).toEqual({
      is: "failed",
      step: undefined,
      error: { code: "MR3004", message: "the output cannot be stored: it is nested more than 500 deep" },
    });
    expect(await hall.store.run(play.id)).toMatchObject({ status: "failed", output: null });
    await expectUnharmed(hall);
  });
});
