import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const when = task({ output: z.object({ at: z.date() }), run: () => ({ at: new Date(0) }) });

export default defineScore({ id: "schemas", nodes: { when } });
