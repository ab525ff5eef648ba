import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const found = task({ output: z.string(), run: () => "Ada" });
const letter = task({ input: { name: found }, output: z.string(), run: () => "Dear" });

export default defineScore({ id: "letters", nodes: { found, letter } });
