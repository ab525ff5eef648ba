import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { z } from "zod";
import { defineScore, derive, eq, loop, map, optional, task } from "../../src/index.ts";
import { openHall } from "./hall.ts";
import { expectedOf } from "./odd-values.ts";

const anything = fc.anything({
  key: fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("", "__proto__", "constructor", "toString", "length", "then", "\0", "\ud800", "0", "-1"),
  ),
  values: [
    fc.string({ unit: "binary" }),
    fc.double(),
    fc.constantFrom(-0, Number.NaN, undefined, null, "\ud800", "\0", 2 ** 53 + 2),
  ],
  maxDepth: 4,
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
});

/** Values that go through every kind of node which hands values on, and come out at the end. */
function through(values: readonly unknown[]) {
  const list = values.map((value) =>
    task({ input: {}, output: z.any(), onFailure: "skip", run: () => value }),
  );
  const gathered = task({
    input: { values: list.map((node) => optional(node.output)) },
    output: z.array(z.any()),
    run: (call) => call.input.values,
  });
  const items = map({
    over: gathered.output,
    maxItems: 20,
    concurrency: 2,
    each: (item) => task({ input: { item }, output: z.any(), run: (call) => call.input.item }),
  });
  const derived = derive([items.output], (all) => all);
  const turned = loop({
    state: z.any(),
    start: derived,
    max: 2,
    onMax: "last",
    each: (state, turn) => {
      const next = task({ input: { state, turn }, output: z.any(), run: (call) => call.input.state });
      return { nodes: { next }, next: next.output, until: eq(turn, 99) };
    },
  });
  const nodes = Object.fromEntries(list.map((node, i) => [`n${i}`, node]));
  return defineScore({
    id: "through",
    nodes: { ...nodes, gathered, items, derived, turned } as never,
    output: turned.output,
  });
}

test.prop([fc.array(anything, { minLength: 1, maxLength: 6 }), fc.nat(20)], {
  numRuns: Number(process.env.RUNS ?? 60),
})(
  "any values come out of a run as JSON gives them back, wherever it is stopped and resumed",
  async (values, stopAt) => {
    const hall = await shared();
    const score = through(values);
    const play = await hall.start(score);
    let heard = 0;
    play.subscribe(() => {
      if (++heard === stopAt) play.stop(new Error("stop"));
    });
    const first = await play.ending;

    const ending = first.is === "stopped" ? await (await hall.resume(score, play.id)).ending : first;

    // A list has no place that is empty: what is missing in it is null.
    const wanted = values.map((value) => {
      const expected = expectedOf({ name: "", make: () => value });
      return expected === "refused" ? null : expected.value;
    });
    expect(ending.is, JSON.stringify(ending)).toBe("completed");
    expect(JSON.stringify((ending as { output: unknown }).output)).toBe(JSON.stringify(wanted));
  },
);

let hall: ReturnType<typeof openHall> | undefined;

/** One store for all values: it has to go on after each of them. */
function shared() {
  hall ??= openHall();
  return hall;
}
