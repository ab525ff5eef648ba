/** Is played apart. */
import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const one = task({ input: {}, output: z.number(), run: () => 1 });

export default defineScore({ id: "wrong", nodes: { one }, output: { one: one.output } });
