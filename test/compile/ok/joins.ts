import { branch, defineScore, derive, eq, oneOf, optional, switchOn, task, text } from "maestro-ts";
import { z } from "zod";

const out = z.object({ n: z.number(), kind: z.enum(["a", "b", "c"]), flag: z.boolean(), name: z.string().nullable() });
const run = () => ({ n: 1, kind: "a" as const, flag: true, name: null });

const top = task({ output: out, run });
const kind = switchOn(top.output.kind);
const a = task({ when: kind.is("a"), output: out, run });
const b = task({ when: kind.is("b"), output: out, run });
const c = task({ when: kind.is("c"), output: out, run });
// One per case: there always is one.
const one = oneOf(a.output.n, b.output.n, c.output.n);
const total = task({ input: { one, more: derive([one, optional(b.output.n)], (x, y) => x + (y ?? 0)) }, output: out, run });
// A text that reads a guarded value, read under the same guard.
const words = text`a gave ${a.output.n}`;
const said = task({ when: kind.is("a"), input: { words }, output: out, run });
const doubled = derive([words], (w) => w + w);
const saidTwice = task({ when: kind.is("a"), input: { doubled }, output: out, run });
// True and false of a boolean.
const yes = task({ when: eq(top.output.flag, true), output: out, run });
const no = task({ when: eq(top.output.flag, false), output: out, run });
const either = task({ input: { n: oneOf(yes.output.n, no.output.n) }, output: out, run });
const flag = branch(eq(top.output.flag, true));
const byBranch = task({ when: flag.yes, input: { n: yes.output.n }, output: out, run });
const byOther = task({ when: flag.no, input: { n: no.output.n }, output: out, run });
const withDefault = task({ input: { n: oneOf(a.output.n, 0), name: oneOf(top.output.name, "none") }, output: out, run });
const listed = oneOf(a.output.n, b.output.n, top.output.n);

export default defineScore({
  id: "joins",
  nodes: { top, kind, a, b, c, total, said, saidTwice, yes, no, either, flag, byBranch, byOther, withDefault, listed },
  output: { one, listed, half: optional(text`${a.output.n}`) },
});
