import { branch, defineScore, gte, oneOf, task } from "maestro-ts";
import { z } from "zod";

const n = z.object({ n: z.number() });
const run = () => ({ n: 1 });

const top = task({ output: n, run });
const good = branch(gte(top.output.n, 1));
// Two guarded ways that a third node with the same guard joins.
const left = task({ when: good.yes, input: { n: top.output.n }, output: n, run });
const right = task({ when: good.yes, input: { n: top.output.n }, output: n, run });
const both = task({ when: good.yes, input: { a: left.output.n, b: right.output.n }, output: n, run });
// Both ways of the branch, joined.
const repaired = task({ when: good.no, input: { n: top.output.n }, output: n, run });
const joined = task({ input: { n: oneOf(both.output.n, repaired.output.n) }, output: n, run });

export default defineScore({ id: "diamond", nodes: { top, good, left, right, both, repaired, joined }, output: joined.output });
