import { artifact, defineScore, defineTask, task } from "maestro-ts";
import { z } from "zod";

const tone = defineTask({
  id: "tone",
  input: z.object({ value: z.string() }),
  output: z.object({ score: z.number().min(0).max(1) }),
  run: ({ input }) => ({ score: input.value === "" ? 0 : 1 }),
});
const draft = task({ output: z.string(), run: () => "Dear …" });
const letter = artifact({ name: "letter", value: draft.output, gates: [{ by: tone, min: 80 }] });

export default defineScore({ id: "letters", nodes: { draft, letter } });
