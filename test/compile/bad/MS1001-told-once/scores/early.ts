import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const first = task({ input: { n: second.output }, output: z.number(), run: ({ input }) => input.n });
const second = task({ input: { n: first.output }, output: z.number(), run: ({ input }) => input.n });

export default defineScore({ id: "early", nodes: { first, second } });
