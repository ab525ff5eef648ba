import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const found = task({ output: z.object({ count: z.number() }), run: () => ({ count: 1 }) });

export default defineScore({ id: "below", nodes: { found }, output: found.output });
