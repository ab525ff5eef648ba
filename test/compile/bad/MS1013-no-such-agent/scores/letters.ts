import { defineScore, task } from "maestro-ts";
import { z } from "zod";

import writer from "../agents/writter.ts";

const work = task({ input: { id: writer.id }, output: z.number(), run: () => 1 });

export default defineScore({ id: "letters", nodes: { work } });
