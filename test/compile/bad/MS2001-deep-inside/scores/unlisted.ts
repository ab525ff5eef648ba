import { defineScore, task } from "maestro-ts";
import { z } from "zod";
const out = z.object({ n: z.number(), kind: z.enum(["bug", "refund", "other"]) });
const run = () => ({ n: 1, kind: "bug" as const });

const found = task({ output: out, run });
const used = task({ input: { deep: { list: [1, found.output.n] } }, output: out, run });

export default defineScore({ id: "unlisted", nodes: { used } });
