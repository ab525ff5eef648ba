import { branch, defineScore, defineTask, gte, task } from "maestro-ts";
import { z } from "zod";

const research = defineTask({
  id: "research",
  input: z.object({}),
  output: z.object({ leads: z.array(z.string()), quality: z.number() }),
  run: () => ({ leads: ["Ada"], quality: 0.7 }),
});

const found = task(research, { input: {} });
const good = branch(gte(found.output.qualty, 0.8));

export default defineScore({ id: "cold-leads", nodes: { found, good }, output: { good: good.output } });
