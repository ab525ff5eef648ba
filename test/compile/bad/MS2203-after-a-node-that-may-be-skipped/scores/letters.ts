import { branch, defineScore, gte, task } from "maestro-ts";
import { z } from "zod";

const found = task({ output: z.number(), run: () => 1 });
const any = branch(gte(found.output, 1));
const sent = task({ when: any.yes, output: z.boolean(), run: () => true });
const cleanedUp = task({ after: [sent], output: z.boolean(), run: () => true });

export default defineScore({ id: "letters", nodes: { found, any, sent, cleanedUp } });
