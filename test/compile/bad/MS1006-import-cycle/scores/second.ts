import { defineScore, task } from "maestro-ts";
import { z } from "zod";

import first from "./first.ts";

const work = task({ input: { other: first.id }, output: z.number(), run: () => 1 });

export default defineScore({ id: "second", nodes: { work } });
