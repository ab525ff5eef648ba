import { branch, defineScore, eq, gte, map, oneOf, optional, task } from "maestro-ts";
import { z } from "zod";

const out = z.object({ n: z.number(), names: z.array(z.string()).max(5) });
const run = () => ({ n: 1, names: [] });

const a = task({ output: out, run });
const b = task({ input: { n: a.output.n }, output: out, run });
const c = task({ input: { n: b.output.n }, output: out, run });
// It reads it; by way of two others; through another `after`; twice.
const read = task({ after: [a], input: { n: a.output.n }, output: out, run });
const distant = task({ after: [a], input: { n: c.output.n }, output: out, run });
const both = task({ after: [a, b], output: out, run });
const twice = task({ after: [c, c], output: out, run });
const inMap = map({
  over: a.output.names,
  maxItems: 5,
  after: [a],
  each: (name) => {
    const one = task({ input: { name }, output: out, run });
    const two = task({ after: [one], input: { n: one.output.n }, output: out, run });
    return { nodes: { one, two }, output: two.output.n };
  },
});
// A guard asks whether it was skipped anyway.
const good = branch(gte(a.output.n, 1));
const guarded = task({ when: good.yes, output: out, run });
const sameGuard = task({ when: good.yes, after: [guarded], input: { n: guarded.output.n }, output: out, run });
// These say something: what may be skipped, what a oneOf does not wait for, what is only read if it is there.
const skippedWith = task({ after: [guarded], input: { n: optional(guarded.output.n) }, output: out, run });
const forced = task({ after: [guarded], input: { n: guarded.output.n }, output: out, run });
const either = oneOf(a.output.n, c.output.n);
const afterSecond = task({ after: [c], input: { either }, output: out, run });
const anyway = task({ after: [a], onSkip: "run", when: eq(b.output.n, 1), output: out, run });

export default defineScore({
  id: "order",
  nodes: { a, b, c, read, distant, both, twice, inMap, good, guarded, sameGuard, skippedWith, forced, either, afterSecond, anyway },
});
