import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const first = task({ input: {}, output: z.number(), run: () => 1 });

export default defineScore({ id: "hello", nodes: { first }, output: { n: first.output } });
