import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { z } from "zod";
import {
  defineScore,
  eq,
  fallback,
  gt,
  input,
  loop,
  map,
  oneOf,
  optional,
  task,
  wait,
} from "../../src/index.ts";
import { compileScore, playPurely } from "./pure-run.ts";

/** How one random node is made: which earlier nodes it reads, and what it does. */
interface Shape {
  readonly reads: readonly number[];
  readonly does:
    | "add"
    | "guarded"
    | "flaky"
    | "gap"
    | "map"
    | "either"
    | "loop"
    | "spared"
    | "valued"
    | "wait";
}

const shapes: fc.Arbitrary<readonly Shape[]> = fc.array(
  fc.record({
    reads: fc.array(fc.nat(30), { maxLength: 3 }),
    does: fc.constantFrom(
      "add",
      "add",
      "guarded",
      "flaky",
      "gap",
      "map",
      "either",
      "loop",
      "spared",
      "valued",
      "wait",
    ),
  }),
  { minLength: 1, maxLength: 14 },
);

/** A score of these shapes. Every value is a number that depends on everything it read, absence included. */
function toScore(list: readonly Shape[]) {
  const start = input(z.object({ n: z.number() }));
  const outputs: unknown[] = [];
  const nodes: Record<string, never> = {};
  for (const [i, { reads, does }] of list.entries()) {
    const sources = i === 0 ? [] : reads.map((r) => outputs[r % i]);
    const values = sources.map((source) =>
      does === "either" ? oneOf(source as never, i) : optional(source as never),
    );
    const run = ({ input: { from, n } }: { input: { from: unknown[]; n: number } }) =>
      from.reduce((sum: number, value) => (sum * 31 + ((value as number) ?? 7)) % 1_000_003, n + i);
    const bound = { from: values, n: start.n };
    if (does === "loop") {
      const node = loop({
        state: z.object({ n: z.number(), from: z.array(z.unknown()) }),
        start: { n: start.n, from: values },
        max: 3,
        onMax: "last",
        each: (state: { n: never; from: never }, turn: never) => {
          const more = task({
            input: { from: state.from, n: state.n, turn },
            output: z.number(),
            run: (call) => run(call as never) + call.input.turn,
          });
          return { nodes: { more }, next: { n: more.output, from: [turn] }, until: gt(more.output, 500_000) };
        },
      } as never) as never as { output: { n: unknown } };
      nodes[`n${i}`] = node as never;
      outputs.push(node.output.n);
      continue;
    }
    if (does === "spared" || does === "valued") {
      const spare = task({ input: bound, output: z.number(), run: (call) => run(call as never) + 5 });
      const node = task({
        input: bound,
        output: z.number(),
        onFailure: does === "spared" ? fallback(spare) : fallback(i),
        run: (call) => {
          const value = run(call as never);
          if (value % 2 === 1) throw new Error("odd");
          return value;
        },
      });
      if (does === "spared") nodes[`spare${i}`] = spare as never;
      nodes[`n${i}`] = node as never;
      outputs.push(node.output);
      continue;
    }
    if (does === "wait") {
      const before = task({ input: bound, output: z.number(), run: (call) => run(call as never) });
      const pause = wait({ for: "3s", after: [before] });
      const node = task({
        input: { n: before.output },
        after: [pause],
        output: z.number(),
        run: (call) => call.input.n,
      });
      Object.assign(nodes, { [`before${i}`]: before, [`pause${i}`]: pause, [`n${i}`]: node });
      outputs.push(node.output);
      continue;
    }
    const node =
      does === "map"
        ? map({
            over: task({
              input: bound,
              output: z.array(z.number()),
              run: (call) => [run(call as never), i, 3],
            }).output,
            maxItems: 5,
            each: (item) => task({ input: { item }, output: z.number(), run: (call) => call.input.item + 1 }),
          })
        : task({
            input: bound,
            output: z.number(),
            ...(does === "guarded" ? { when: i % 2 ? gt(start.n, 5) : eq(start.n, 3) } : {}),
            ...(does === "flaky" ? { retry: { attempts: 3, backoff: "1s" } } : {}),
            ...(does === "gap" ? { onFailure: "skip" as const } : {}),
            run: (call) => {
              if (does === "flaky" && call.attempt < 3) throw new Error("not yet");
              if (does === "gap") throw new Error("never");
              return run(call as never);
            },
          });
    nodes[`n${i}`] = node as never;
    outputs.push(does === "map" ? (node.output as never)[1] : node.output);
  }
  // A map's list is a node of its own here, so that it is listed.
  const listed: Record<string, never> = {};
  for (const [name, node] of Object.entries(nodes)) listed[name] = node;
  return { start, listed, outputs };
}

function compile(list: readonly Shape[]) {
  const { start, listed, outputs } = toScore(
    list.map((shape) => (shape.does === "map" ? { ...shape, does: "add" as const } : shape)),
  );
  const wide = map({
    over: task({
      input: { n: start.n },
      output: z.array(z.number()),
      run: ({ input: { n } }) => [n, n + 1, n + 2],
    }).output,
    maxItems: 3,
    each: (item) => task({ input: { item }, output: z.number(), run: (call) => call.input.item + 1 }),
  });
  const over = task({
    input: { n: start.n },
    output: z.array(z.number()),
    run: ({ input: { n } }) => [n, n + 1, n + 2],
  });
  const mapped = map({
    over: over.output,
    maxItems: 3,
    concurrency: 2,
    each: (item) => task({ input: { item }, output: z.number(), run: (call) => call.input.item + 1 }),
  });
  void wide;
  const output = { all: outputs.map((value) => optional(value as never)), mapped: mapped.output };
  return compileScore(
    defineScore({ id: "random", input: start, nodes: { ...listed, over, mapped }, output, concurrency: 4 }),
  );
}

describe("any score", () => {
  test.prop([shapes, fc.integer({ min: 0, max: 8 }), fc.array(fc.nat(), { minLength: 1, maxLength: 40 })])(
    "ends the same in whatever order its steps end",
    (list, n, picks) => {
      const score = compile(list);
      const straight = playPurely(score, { input: { n } });

      let i = 0;
      const shuffled = playPurely(score, {
        input: { n },
        pick: (count) => picks[i++ % picks.length]! % count,
      });

      expect(shuffled.outcome).toEqual(straight.outcome);
      expect(shuffled.played.toSorted()).toEqual(straight.played.toSorted());
    },
  );

  test.prop([
    shapes,
    fc.integer({ min: 0, max: 8 }),
    fc.nat(60),
    fc.array(fc.nat(), { minLength: 1, maxLength: 40 }),
  ])(
    "resumed from any point of its journal ends the same, and repeats no step that had ended",
    (list, n, results, picks) => {
      const score = compile(list);
      const straight = playPurely(score, { input: { n } });
      let i = 0;
      const before = playPurely(score, {
        input: { n },
        results,
        pick: (count) => picks[i++ % picks.length]! % count,
      });

      const after = playPurely(score, { input: { n }, past: before.journal });

      expect(after.outcome).toEqual(straight.outcome);
      const ended = [...before.journal]
        .filter(([, past]) => past.at(-1)!.status === "completed")
        .map(([key]) => key);
      for (const key of ended) expect(after.played).not.toContain(key);
    },
  );
});
