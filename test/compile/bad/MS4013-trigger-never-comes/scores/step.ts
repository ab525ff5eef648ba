import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const done = task({ input: {}, output: z.string(), run: () => "done" });

export default defineScore({ id: "step", nodes: { done }, output: done.output });
