import { artifact, defineScore, input, map, task } from "maestro-ts";
import { z } from "zod";

const brief = input(z.object({ names: z.array(z.string()).max(20) }));
const letters = map({
  over: brief.names,
  maxItems: 20,
  each: (name) => {
    const draft = task({ input: { name }, output: z.string(), run: ({ input }) => `Dear ${input.name}` });
    const kept = artifact({ name: "letter", value: draft.output });
    return { nodes: { draft, kept }, output: kept.output };
  },
});

export default defineScore({ id: "letters", input: brief, nodes: { letters } });
