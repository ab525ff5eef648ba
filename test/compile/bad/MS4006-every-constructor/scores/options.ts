import { branch, defineScore, defineTask, gte, map, task } from "maestro-ts";
import { z } from "zod";
const out = z.object({ n: z.number(), kind: z.enum(["bug", "refund", "other"]) });
const run = () => ({ n: 1, kind: "bug" as const });

const work = defineTask({ id: "work", input: z.object({}), output: out, run, retries: 3 } as never) as never;
const found = task(work, { input: {}, tiemout: "3s", retry: { attempt: 2, attempts: 2 } } as never) as { output: { n: never } };
const good = branch(gte(found.output.n, 1 as never), { wen: 1 } as never);
const each = map({ over: [] as never, maxitems: 3, maxItems: 3, each: (name: never) => task({ input: { name }, output: out, run, lable: "x" } as never) } as never);

export default defineScore({ id: "options", nodes: { found: found as never, good, each }, outputs: {} } as never);
