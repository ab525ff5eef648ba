import { defineScore, task } from "maestro-ts";
import { z } from "zod";

import { limit } from "./lib/limits.ts";

const work = task({ input: { limit }, output: z.number(), run: () => 1 });

export default defineScore({ id: "broken", nodes: { work } });
