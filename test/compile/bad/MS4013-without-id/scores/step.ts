import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const work = task({ output: z.number(), run: () => 1 });

export default defineScore({ id: "step", nodes: { work } });
