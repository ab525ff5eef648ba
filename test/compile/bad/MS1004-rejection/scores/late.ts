import { defineScore, task } from "maestro-ts";
import { z } from "zod";

void Promise.reject(new RangeError("nobody waits for this"));
const work = task({ output: z.number(), run: () => 1 });

export default defineScore({ id: "late", nodes: { work } });
