import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const run = () => "";
// maestro-ignore MS2006: kept for the next release
const spare = task({ output: z.string(), run });
const other = task({ output: z.string(), run }); // maestro-ignore MS2006
// maestro-ignore MS2202: there is no switch
const work = task({ output: z.string(), run });
// maestro-ignore MS2O06: a letter for a digit
// maestro-ignore unused-node: by its name
const sent = task({ output: z.string(), run });
// maestro-ignore
const text = "// maestro-ignore MS2006: this is a text";
// maestro-ignore MS4006: errors stay
const logged = task({ output: z.string(), run, lable: text } as never);

/* A comment about // maestro-ignore MS2006: it is none. */
export default defineScore({ id: "letters", nodes: { work, sent, logged } });
