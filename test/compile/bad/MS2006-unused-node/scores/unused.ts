import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const found = task({ output: z.number(), run: () => 1 });
const doubled = task({ input: { n: found.output }, output: z.number(), run: ({ input }) => input.n * 2 });

export default defineScore({ id: "unused", nodes: { found } });
