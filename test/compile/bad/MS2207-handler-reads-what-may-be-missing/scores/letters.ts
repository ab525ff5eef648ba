import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const found = task({ output: z.number(), run: () => 1 });

export default defineScore({
  id: "letters",
  nodes: { found },
  onError: (failure) =>
    task({ input: { why: failure.message, found: found.output }, output: z.boolean(), run: () => true }),
});
