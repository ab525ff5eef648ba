import { defineScore, map, task } from "maestro-ts";
import { z } from "zod";

const steady = task({ output: z.number(), run: () => 1 });
const parts = map({
  over: [1, 2],
  maxItems: 2,
  each: (n) => {
    const same = task({ input: { n }, output: z.number(), run: ({ input }) => input.n });
    const other = task({ input: { n, by: process.pid }, output: z.number(), run: ({ input }) => input.n });
    return { nodes: { same, other }, output: { sum: [same.output, other.output] } };
  },
});

export default defineScore({ id: "by-process", nodes: { steady, parts }, output: { parts: parts.output } });
