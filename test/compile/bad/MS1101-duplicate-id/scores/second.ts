import { defineScore, task } from "maestro-ts";
import { z } from "zod";

// The same id as in letters.ts.
const work = task({ output: z.number(), run: () => 1 });

export default defineScore({ id: "letters", nodes: { work } });
