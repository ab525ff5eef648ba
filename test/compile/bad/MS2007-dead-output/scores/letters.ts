import { branch, defineScore, gte, task } from "maestro-ts";
import { z } from "zod";

const found = task({ output: z.object({ n: z.number() }), run: () => ({ n: 1 }) });
const good = branch(gte(found.output.n, 1));
const sent = task({ input: { n: found.output.n }, output: z.boolean(), run: () => true });

export default defineScore({ id: "letters", nodes: { found, good, sent } });
