import { defineScore, derive, input, switchOn, task } from "maestro-ts";
import { z } from "zod";

// Shapes that JSON Schema says in ways that leave fields open, or several.
const brief = input(z.object({ mode: z.enum(["fast", "slow"]).transform((mode) => (mode === "fast" ? ("quick" as const) : ("calm" as const))), size: z.enum(["s", "m"]).default("s") }));
const open = task({ output: z.looseObject({ a: z.number() }), run: () => ({ a: 1 }) });
const record = task({ output: z.record(z.string(), z.object({ n: z.number() })), run: () => ({}) });
const union = task({ output: z.union([z.object({ a: z.number() }), z.object({ b: z.string() })]), run: () => ({ a: 1 }) });
const tagged = task({ output: z.discriminatedUnion("t", [z.object({ t: z.literal("x"), x: z.number() }), z.object({ t: z.literal("y"), y: z.number() })]), run: () => ({ t: "x" as const, x: 1 }) });
const anything = task({ output: z.json(), run: () => 1 });
const both = task({ output: z.intersection(z.object({ a: z.number() }), z.object({ b: z.number() })), run: () => ({ a: 1, b: 2 }) });
const nullable = task({ output: z.object({ inner: z.object({ n: z.number() }).nullable(), list: z.array(z.object({ m: z.number() })).optional() }), run: () => ({ inner: null }) });
type Node = { next?: Node; n: number };
const Node: z.ZodType<Node> = z.lazy(() => z.object({ n: z.number(), next: Node.optional() }));
const linked = task({ output: Node, run: () => ({ n: 1 }) });
const mode = switchOn(brief.mode);
const quick = task({ when: mode.is("quick"), output: z.number(), run: () => 1 });
const calm = task({ when: mode.is("calm"), output: z.number(), run: () => 1 });
const size = switchOn(brief.size);
const small = task({ when: size.is("s"), output: z.number(), run: () => 1 });
const other = task({ when: size.otherwise, output: z.number(), run: () => 1 });
const word = switchOn(derive([open.output.a], (a) => (a > 1 ? "big" : "tiny")));
const big = task({ when: word.is("big"), output: z.number(), run: () => 1 });
const loose = (value: unknown) => value as { readonly a: never; readonly b: never; readonly x: never; readonly deep: { readonly er: never } };
const reader = task({
  input: {
    open: loose(open.output).b,
    record: loose(record.output).x,
    union: loose(union.output).b,
    tagged: loose(tagged.output).x,
    anything: loose(anything.output).deep.er,
    both: loose(both.output).b,
    inner: nullable.output.inner.n,
    list: nullable.output.list[0].m,
    linked: linked.output.next.next.n,
  },
  output: z.number(),
  run: () => 1,
});

export default defineScore({ id: "shapes", input: brief, nodes: { open, record, union, tagged, anything, both, nullable, linked, mode, quick, calm, size, small, other, word, big, reader } });
