import { task } from "maestro-ts";
import { z } from "zod";

export const work = task({ output: z.number(), run: () => 1 });
