import { defineScore, derive, task } from "maestro-ts";
import { z } from "zod";

const found = task({ output: z.object({ names: z.array(z.string()) }), run: () => ({ names: ["Ada"] }) });
const count = derive(found.output as never, (all: { names: string[] }) => all.names.length);
const first = derive(((all: { names: string[] }) => all.names[0]) as never, undefined as never);

export default defineScore({ id: "letters", nodes: { found }, output: { count, first } });
