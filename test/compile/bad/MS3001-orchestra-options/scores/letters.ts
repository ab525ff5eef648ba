import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";

const given = input(z.object({ name: z.string() }));
const draft = task({ input: given, output: z.string(), run: ({ input }) => input.name });

export default defineScore({
  id: "letters",
  kind: "poems" as "content",
  input: given,
  nodes: { draft },
  output: draft.output,
});
