import { appendFileSync } from "node:fs";
import { z } from "zod";
import { checkpoint, defineScore, score, task } from "../../src/index.ts";

const N = z.object({ n: z.number() });

/**
 * A score that plays another one, with a step at work in each, and a third that waits for a decision, until `gate` is open. Each step writes a line into a file
 * outside of the store when it begins.
 */
export function heldScore(ledger: string, gate: Promise<void>) {
  const quick = (name: string, n: unknown) =>
    task({
      input: { n: n as number },
      output: N,
      run: ({ input }) => {
        appendFileSync(ledger, `${name}\n`);
        return { n: input.n + 1 };
      },
    });
  const slow = (name: string, n: unknown) =>
    task({
      input: { n: n as number },
      output: N,
      run: async ({ input }) => {
        appendFileSync(ledger, `${name}\n`);
        await gate;
        return { n: input.n + 1 };
      },
    });
  const begin = quick("inner begin", 0);
  const work = slow("inner work", begin.output.n);
  const end = quick("inner end", work.output.n);
  const inner = defineScore({ id: "inner", nodes: { begin, work, end }, output: end.output.n });
  const review = checkpoint({
    title: "Go?",
    decision: N,
    timeout: "1ms",
    onTimeout: { decide: { n: 1 } },
  });
  const asking = defineScore({ id: "asking", nodes: { review }, output: review.output.n });
  const first = quick("first", 0);
  const played = score(inner, { input: {}, after: [first] });
  const beside = slow("beside", first.output.n);
  const asked = score(asking, { input: {} });
  const last = task({
    input: { a: played.output, b: beside.output.n, c: asked.output },
    output: z.number(),
    run: ({ input }) => {
      appendFileSync(ledger, "last\n");
      return input.a + input.b + input.c;
    },
  });
  return defineScore({ id: "whole", nodes: { first, played, beside, asked, last }, output: last.output });
}

/** What it gives, and what begins until then. */
export const WHOLE = {
  output: "6",
  begun: ["beside", "first", "inner begin", "inner end", "inner work", "last"],
} as const;
