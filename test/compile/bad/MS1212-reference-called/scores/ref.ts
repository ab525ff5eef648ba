import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const work = task({ output: z.object({ name: z.string() }), run: () => ({ name: "a" }) });
export const loud = work.output.name.toUpperCase();

export default defineScore({ id: "ref", nodes: { work } });
