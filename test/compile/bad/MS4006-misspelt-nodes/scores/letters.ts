import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const found = task({ output: z.object({ names: z.array(z.string()) }), run: () => ({ names: ["Ada"] }) });
const counted = task({ input: { names: found.output.names }, output: z.number(), run: ({ input }) => input.names.length });

export default defineScore({
  id: "letters",
  node: { found, counted },
  output: { count: counted.output },
} as never);
