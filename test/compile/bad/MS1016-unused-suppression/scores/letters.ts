import { defineScore, task } from "maestro-ts";
import { z } from "zod";

// maestro-ignore MS2006: comes back with the next release
const draft = task({ output: z.string(), run: () => "Dear Ada" });

export default defineScore({ id: "letters", nodes: { draft }, output: draft.output });
