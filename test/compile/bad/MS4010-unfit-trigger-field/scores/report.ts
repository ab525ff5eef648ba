import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";

const asked = input(z.object({ imported: z.object({ output: z.object({ rows: z.string() }) }).optional() }));
const text = task({ input: { of: asked.imported }, output: z.string(), run: () => "all of it" });

export default defineScore({ id: "report", input: asked, nodes: { text }, output: text.output });
