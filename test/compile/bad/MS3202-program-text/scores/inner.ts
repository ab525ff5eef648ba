import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";

const given = input(z.object({ text: z.string(), fixed: z.string() }));
const done = task({ input: {}, output: z.number(), run: () => 1 });

export default defineScore({ id: "inner", input: given, nodes: { done }, output: { text: given.text, fixed: given.fixed } });
