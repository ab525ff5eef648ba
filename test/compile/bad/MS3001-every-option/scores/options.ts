import { defineScore, map, task } from "maestro-ts";
import { z } from "zod";
const out = z.object({ n: z.number(), kind: z.enum(["bug", "refund", "other"]) });
const run = () => ({ n: 1, kind: "bug" as const });

const found = task({ timeout: "30 seconds" as "30s", retry: { attempts: 0 }, output: z.array(z.string()), run: () => [] });
const each = map({ over: found.output, maxItems: 0, each: (name) => task({ input: { name }, output: out, run }) });

export default defineScore({ id: "options", nodes: { found, each }, concurrency: 0.5 });
