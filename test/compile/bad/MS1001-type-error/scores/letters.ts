import { defineScore, defineTask, input, task } from "maestro-ts";
import { z } from "zod";

const findLeads = defineTask({
  id: "find-leads",
  input: z.object({ profile: z.string() }),
  output: z.array(z.string()),
  run: ({ input }) => input.profile.split(",").length,
});

const brief = input(z.object({ profile: z.string() }));
const found = task(findLeads, { input: { profile: brief.profile } });

export default defineScore({ id: "letters", input: brief, nodes: { found } });
