import { defineScore, map, type Node, task } from "maestro-ts";
import { z } from "zod";
const out = z.object({ n: z.number(), kind: z.enum(["bug", "refund", "other"]) });
const run = () => ({ n: 1, kind: "bug" as const });

const found = task({ output: z.array(z.string()), run: () => [] });
let inner: Node<{ n: number }> | undefined;
const each = map({
  over: found.output,
  maxItems: 3,
  each: (name) => {
    inner = task({ input: { name }, output: out, run });
    return inner;
  },
});
const sum = task({ input: { n: inner!.output.n }, output: out, run });

export default defineScore({ id: "scopes", nodes: { found, each, sum } });
