import { defineScore, task } from "maestro-ts";
import { z } from "zod";

import "./lib/patch.ts";

const work = task({ output: z.number(), run: () => 1 });

export default defineScore({ id: "patched", nodes: { work } });
