import { defineScore, task } from "maestro-ts";
import { z } from "zod";

if (!("NO_SUCH_SETTING" in process.env)) process.exit(3);
const work = task({ output: z.number(), run: () => 1 });

export default defineScore({ id: "leaving", nodes: { work } });
