import { defineScore, task } from "maestro-ts";
import { z } from "zod";

import { read } from "./lib/read.ts";

const settings = read("{");
const work = task({ input: { settings }, output: z.number(), run: () => 1 });

export default defineScore({ id: "threw", nodes: { work } });
