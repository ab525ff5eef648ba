import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { z } from "zod";
import { defineScore, gt, input, map, optional, task } from "../../src/index.ts";
import { openHall } from "./hall.ts";

/** How one random node is made: which earlier nodes it reads, and what it does. */
interface Shape {
  readonly reads: readonly number[];
  readonly does: "add" | "guarded" | "map" | "after";
}

const shapes: fc.Arbitrary<readonly Shape[]> = fc.array(
  fc.record({
    reads: fc.array(fc.nat(30), { maxLength: 3 }),
    does: fc.constantFrom("add", "add", "guarded", "map", "after"),
  }),
  { minLength: 2, maxLength: 12 },
);

/** A score of pure tasks of these shapes, and what was played of it. */
function toScore(list: readonly Shape[]) {
  const played: string[] = [];
  const start = input(z.object({ n: z.number() }));
  const nodes: Record<string, never> = {};
  const outputs: unknown[] = [];
  for (const [i, { reads, does }] of list.entries()) {
    const name = `n${i}`;
    const sources = i === 0 ? [] : reads.map((r) => outputs[r % i]);
    const bound = { from: sources.map((source) => optional(source as never)), n: start.n };
    const sum = (from: readonly unknown[], n: number) =>
      from.reduce((total: number, value) => (total * 31 + ((value as number) ?? 7)) % 1_000_003, n + i);
    if (does === "map") {
      const list = task({
        input: bound,
        output: z.array(z.number()),
        run: ({ input }) => {
          played.push(`list${i}`);
          return [sum(input.from, input.n), i];
        },
      });
      const each = map({
        over: list.output,
        maxItems: 3,
        each: (item) =>
          task({
            input: { item },
            output: z.number(),
            run: ({ input }) => {
              played.push(name);
              return input.item + 1;
            },
          }),
      });
      Object.assign(nodes, { [`list${i}`]: list, [name]: each });
      outputs.push((each.output as never)[0]);
      continue;
    }
    const node = task({
      input: does === "after" ? { from: [], n: start.n } : bound,
      output: z.number(),
      ...(does === "guarded" ? { when: gt(start.n, i) } : {}),
      ...(does === "after" && i > 0
        ? { after: reads.map((r) => nodes[`n${r % i}`]!), onSkip: "run" as const }
        : {}),
      run: ({ input }: { input: { from: unknown[]; n: number } }) => {
        played.push(name);
        return sum(input.from, input.n);
      },
    } as never);
    nodes[name] = node as never;
    outputs.push((node as { output: unknown }).output);
  }
  const output = { all: outputs.map((value) => optional(value as never)) };
  const score = defineScore({ id: "random", input: start, nodes, output });
  return { score: score as never, flush: () => new Set(played.splice(0)) };
}

/** Names of node `from` and of every node that reads it, over others as well: found by going through all, again and again. */
function reachable(list: readonly Shape[], from: number): ReadonlySet<string> {
  const reached = new Set([from]);
  for (let size = 0; size < reached.size; ) {
    size = reached.size;
    for (const [i, { reads }] of list.entries())
      if (i > 0 && reads.some((r) => reached.has(r % i))) reached.add(i);
  }
  return new Set(
    [...reached].flatMap((i) => (list[i]!.does === "map" && i !== from ? [`n${i}`, `list${i}`] : [`n${i}`])),
  );
}

test.prop([shapes, fc.nat(30), fc.integer({ min: 0, max: 8 })], { numRuns: 60 })(
  "a rerun from a node plays just that and what it is read by, and ends as a fresh run does",
  async (list, at, n) => {
    const hall = await openHall();
    const from = at % list.length;
    const { score, flush } = toScore(list);
    const first = await hall.start(score, { n });
    const fresh = await first.ending;
    const all = flush();

    const second = await hall.rerun(score, first.id, [`n${from}`]);

    expect(await second.ending).toEqual(fresh);
    expect(flush()).toEqual(new Set([...reachable(list, from)].filter((name) => all.has(name))));
  },
);
