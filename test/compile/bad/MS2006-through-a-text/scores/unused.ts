import { defineScore, task, text } from "maestro-ts";
import { z } from "zod";
const out = z.object({ n: z.number(), kind: z.enum(["bug", "refund", "other"]) });
const run = () => ({ n: 1, kind: "bug" as const });

const found = task({ output: out, run });
const forgotten = task({ input: { n: found.output.n }, output: out, run });
export const words = text`from ${forgotten.output.n}`;

export default defineScore({ id: "unused", nodes: { found } });
