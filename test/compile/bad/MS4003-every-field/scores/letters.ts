import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";

const brief = input(z.object({ profile: z.string(), leads: z.array(z.object({ mail: z.email() })), max: z.int().max(20) }));
const work = task({ input: { profile: brief.profile }, output: z.number(), run: () => 1 });

export default defineScore({ id: "letters", input: brief, nodes: { work } });
