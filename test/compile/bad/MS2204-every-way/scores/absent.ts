import { branch, defineScore, gte, input, map, oneOf, switchOn, task, text } from "maestro-ts";
import { z } from "zod";
const out = z.object({ n: z.number(), kind: z.enum(["bug", "refund", "other"]) });
const run = () => ({ n: 1, kind: "bug" as const });

const brief = input(z.object({ names: z.array(z.string()).default([]) }));
const found = task({ output: out, run });
const good = branch(gte(found.output.n, 1));
const kind = switchOn(found.output.kind);

const guarded = task({ when: good.yes, output: out, run });
const bare = task({ input: { deep: [guarded.output.n] }, output: out, run });
const shaky = task({ onFailure: "skip", output: out, run });
const trusting = task({ input: { n: shaky.output.n }, output: out, run });
// One of two cases is not the other.
const bugOrRefund = task({ when: kind.is("bug", "refund"), output: out, run });
const bug = task({ when: kind.is("bug"), output: out, run });
const wider = task({ when: kind.is("bug", "refund"), input: { n: bug.output.n, m: bugOrRefund.output.n }, output: out, run });
// Two cases of three.
const refund = task({ when: kind.is("refund"), output: out, run });
const joined = task({ input: { n: oneOf(bug.output.n, refund.output.n) }, output: out, run });
// At one remove, and by way of a text.
const next = task({ when: good.yes, input: { n: guarded.output.n }, output: out, run });
const words = text`gave ${next.output.n}`;
const said = task({ input: { words }, output: out, run });
// Inside a map, from outside; and a map's own.
const each = map({
  over: brief.names,
  maxItems: 3,
  each: (name) => {
    const one = task({ input: { name, n: guarded.output.n }, output: out, run });
    const long = branch(gte(one.output.n, 3));
    const two = task({ when: long.yes, output: out, run });
    return { nodes: { one, long, two }, output: { two: two.output.n } };
  },
});

export default defineScore({
  id: "absent",
  input: brief,
  nodes: { found, good, kind, guarded, bare, shaky, trusting, bugOrRefund, bug, wider, refund, joined, next, said, each },
  output: { n: guarded.output.n },
});
