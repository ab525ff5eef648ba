import { defineScore, defineTask, task } from "maestro-ts";
import { z } from "zod";

const findLeads = defineTask({
  id: "find-leads",
  input: z.object({ profile: z.string(), limit: z.int().min(1).max(200) }),
  output: z.array(z.string()),
  run: () => [],
});
const found = task(findLeads, { input: { profile: "founders", limit: 0 } });

export default defineScore({ id: "leads", nodes: { found }, output: found.output });
