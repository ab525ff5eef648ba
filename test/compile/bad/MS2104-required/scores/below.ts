import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";

const brief = input(z.object({ letters: z.array(z.string()), max: z.number().default(3) }));
const count = task({ input: { letters: brief.letters }, output: z.number(), run: ({ input }) => input.letters.length });

export default defineScore({ id: "below", input: brief, nodes: { count }, output: { count: count.output } });
