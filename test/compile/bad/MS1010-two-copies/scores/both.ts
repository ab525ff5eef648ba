import { defineScore, task } from "maestro-ts";
import { z } from "zod";
import { text } from "../lib/maestro-ts/index.ts";

const work = task({ output: z.string(), run: () => text(1) });

export default defineScore({ id: "both", nodes: { work }, output: { text: work.output } });
