import { defineScore, task } from "maestro-ts";
import { z } from "zod";

// What the run may take is not known: the node is not too long for it.
const work = task({ output: z.string(), run: () => "", timeout: "5s" });

export default defineScore({ id: "no-duration", timeout: "2x" as never, nodes: { work }, output: work.output });
