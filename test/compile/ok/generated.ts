import { type AnyNode, branch, defineScore, gte, type Node, task } from "maestro-ts";
import { z } from "zod";

// 150 nodes from a loop: a chain of which every third is guarded by one branch, and reads guarded ones only.
const out = z.object({ n: z.number() });
const run = () => ({ n: 1 });
const nodes: Record<string, AnyNode> = {};
let last: Node<{ n: number }> = task({ output: out, run });
nodes.n0 = last;
const good = branch(gte(last.output.n, 1));
nodes.good = good;
let guarded: Node<{ n: number }> | undefined;
for (let i = 1; i < 150; i++) {
  if (i % 3 === 0) {
    guarded = task({ when: good.yes, input: { last: last.output.n, ...(guarded ? { before: guarded.output.n } : {}) }, output: out, run });
    nodes[`n${i}`] = guarded;
  } else {
    last = task({ input: { n: last.output.n }, output: out, run });
    nodes[`n${i}`] = last;
  }
}

export default defineScore({ id: "generated", nodes, output: last.output });
