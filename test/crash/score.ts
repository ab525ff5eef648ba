import { appendFileSync } from "node:fs";
import { z } from "zod";
import {
  branch,
  defineScore,
  defineTask,
  derive,
  gte,
  input,
  map,
  oneOf,
  optional,
  task,
} from "../../src/index.ts";

/** A score of every kind of node, whose tasks write each of their attempts into a file outside of the store. */
export function ledgerScore(ledger: string) {
  const write = (idempotencyKey: string, attempt: number) => {
    appendFileSync(ledger, `${idempotencyKey.slice(idempotencyKey.indexOf("/") + 1)} ${attempt}\n`);
  };
  const add = defineTask({
    id: "add",
    input: z.object({ n: z.number(), by: z.number() }),
    output: z.object({ n: z.number() }),
    run: async ({ input: { n, by }, idempotencyKey, attempt }) => {
      write(idempotencyKey, attempt);
      return { n: n + by };
    },
  });
  const flaky = defineTask({
    id: "flaky",
    input: z.object({ n: z.number() }),
    output: z.object({ n: z.number() }),
    run: ({ input: { n }, idempotencyKey, attempt }) => {
      write(idempotencyKey, attempt);
      // Fails on odd attempts, whichever they are: an attempt that a crash interrupted does not count as a failure.
      if (attempt % 2 === 1) throw new Error("an odd attempt");
      return { n: n * 2 };
    },
  });
  const start = input(z.object({ n: z.number() }));
  const first = task(add, { input: { n: start.n, by: 1 } });
  const second = task(flaky, { input: { n: first.output.n }, retry: { attempts: 5, backoff: "1ms" } });
  const big = branch(gte(second.output.n, 3));
  const yes = task(add, { when: big.yes, input: { n: second.output.n, by: 10 } });
  const no = task(add, { when: big.no, input: { n: second.output.n, by: 20 } });
  const joined = oneOf(yes.output.n, no.output.n);
  const list = derive([joined], (n) => [n, n + 1, n + 2, n + 3]);
  const items = map({
    over: list,
    maxItems: 10,
    concurrency: 2,
    each: (item) => {
      const one = task(add, { input: { n: item, by: 1 } });
      const two = task(add, { input: { n: one.output.n, by: 2 } });
      return { nodes: { one, two }, output: two.output.n };
    },
  });
  const gap = task({
    input: {},
    output: z.number(),
    onFailure: "skip",
    run: ({ idempotencyKey, attempt }) => {
      write(idempotencyKey, attempt);
      throw new Error("never works");
    },
  });
  const total = task({
    input: { list: items.output, gap: optional(gap.output) },
    output: z.number(),
    run: ({ input, idempotencyKey, attempt }) => {
      write(idempotencyKey, attempt);
      return input.list.reduce((sum, n) => sum + n, input.gap ?? 0);
    },
  });
  return defineScore({
    id: "ledger",
    input: start,
    nodes: { first, second, big, yes, no, items, gap, total },
    output: { total: total.output, items: items.output, joined },
  });
}
