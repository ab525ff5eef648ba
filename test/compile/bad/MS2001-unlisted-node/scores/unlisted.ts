import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const found = task({ output: z.array(z.string()), run: () => ["Ada"] });
const letters = task({
  input: { leads: found.output },
  output: z.number(),
  run: ({ input }) => input.leads.length,
});

export default defineScore({ id: "unlisted", nodes: { letters } });
