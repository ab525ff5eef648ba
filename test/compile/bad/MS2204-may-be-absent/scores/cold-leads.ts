import { branch, defineScore, gte, input, task } from "maestro-ts";
import { z } from "zod";

const brief = input(z.object({ quality: z.number() }));
const good = branch(gte(brief.quality, 0.8));
const enriched = task({ when: good.no, output: z.array(z.string()), run: () => ["Ada"] });
const letters = task({
  input: { leads: enriched.output },
  output: z.number(),
  run: ({ input }) => input.leads.length,
});

export default defineScore({ id: "cold-leads", input: brief, nodes: { good, enriched, letters } });
