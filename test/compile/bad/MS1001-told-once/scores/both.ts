import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";
import { nothing } from "./lib/nowhere.ts";

const start = input(z.object({ kind: z.enum(["bug", "refund"]), n: z.number() }));
const found = task({ input: { n: start.n }, output: z.object({ total: z.number() }), run: () => ({ total: nothing }) });

export default defineScore({ id: "both", input: start, nodes: { found } });
