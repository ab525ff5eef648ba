import { branch, defineScore, defineTask, gte, map, task } from "maestro-ts";
import { z } from "zod";

const Lead = z.object({ name: z.string(), mail: z.object({ home: z.string() }).nullable() });
const research = defineTask({
  id: "research",
  input: z.object({}),
  output: z.object({ leads: z.array(Lead), quality: z.number() }),
  run: () => ({ leads: [], quality: 1 }),
});
/** What TypeScript would have said, taken away. */
const anything = (value: unknown) => value as Record<string, never>;

const found = task(research, { input: {} });
const good = branch(gte(anything(found.output).qualty as never, 0.8));
const mails = map({
  over: found.output.leads,
  maxItems: 3,
  each: (lead) => task({ when: good.yes, input: { mail: anything(lead.mail).work, name: lead.name }, output: z.string(), run: () => "" }),
  when: good.yes,
});

export default defineScore({ id: "fields", nodes: { found, good, mails }, output: { first: anything(found.output.leads[0]).nmae } });
