import { defineScore, defineTask, input, task } from "maestro-ts";
import { z } from "zod";

const findLeads = defineTask({
  id: "find-leads",
  input: z.object({ profile: z.string() }),
  output: z.array(z.string()),
  run: () => ["Ada"],
});

const brief = input(z.object({ profile: z.string(), max: z.number() }));
const found = task(findLeads, { input: { profile: brief.max } });

export default defineScore({ id: "letters", input: brief, nodes: { found } });
