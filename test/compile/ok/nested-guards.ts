import { all, any, branch, defineScore, eq, gte, isPresent, lt, not, optional, switchOn, task } from "maestro-ts";
import { z } from "zod";

const out = z.object({ n: z.number(), kind: z.enum(["a", "b", "c"]), ok: z.boolean() });
const run = () => ({ n: 1, kind: "a" as const, ok: true });

const top = task({ output: out, run });
const outer = branch(gte(top.output.n, 1));
const step = task({ when: outer.yes, output: out, run });
// Decides on a guarded value under the same guard: its own ways imply the outer one.
const inner = branch(eq(step.output.ok, true), { when: outer.yes });
const deep = task({ when: inner.yes, input: { n: step.output.n }, output: out, run });
const deeper = task({ when: inner.yes, input: { n: deep.output.n, m: step.output.n }, output: out, run });
// The same question asked again.
const again = branch(gte(top.output.n, 1));
const same = task({ when: again.yes, input: { n: step.output.n }, output: out, run });
const opposite = task({ when: not(lt(top.output.n, 1)), input: { n: step.output.n }, output: out, run });
// Switches: a case within several, the rest, a case by comparison.
const kind = switchOn(top.output.kind);
const ab = task({ when: kind.is("a", "b"), output: out, run });
const a = task({ when: kind.is("a"), input: { n: ab.output.n }, output: out, run });
const b = task({ when: eq(top.output.kind, "b"), input: { n: ab.output.n }, output: out, run });
const rest = task({ when: kind.otherwise, output: out, run });
const c = task({ when: eq(top.output.kind, "c"), input: { n: rest.output.n }, output: out, run });
const notC = task({ when: not(eq(top.output.kind, "c")), input: { n: ab.output.n }, output: out, run });
// Several guards at once, and one of several.
const strict = task({ when: all(outer.yes, kind.is("a")), input: { n: step.output.n, m: a.output.n }, output: out, run });
const loose = task({ when: any(kind.is("a"), kind.is("b")), input: { n: ab.output.n }, output: out, run });
const follower = task({ after: [step], input: { n: step.output.n }, output: out, run });
// Present by asking for it.
const shaky = task({ onFailure: "skip", output: out, run });
const asked = task({ when: isPresent(shaky.output.n), input: { n: shaky.output.n }, output: out, run });
const compared = task({ when: gte(shaky.output.n, 3), input: { n: shaky.output.n }, output: out, run });
const anyway = task({ after: [step], onSkip: "run", input: { n: optional(step.output.n) }, output: out, run });

export default defineScore({
  id: "nested-guards",
  nodes: { top, outer, step, inner, deep, deeper, again, same, opposite, kind, ab, a, b, rest, c, notC, strict, loose, follower, shaky, asked, compared, anyway },
  output: { n: top.output.n, deep: optional(deep.output.n) },
});
