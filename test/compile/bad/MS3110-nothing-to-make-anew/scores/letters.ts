import { artifact, defineScore, defineTask, input } from "maestro-ts";
import { z } from "zod";

const judge = defineTask({
  id: "judge",
  input: z.object({ value: z.string() }),
  output: z.object({ score: z.number() }),
  run: ({ input }) => ({ score: input.value.length > 20 ? 1 : 0 }),
});

const given = input(z.object({ letter: z.string() }));
const letter = artifact({
  name: "letter",
  value: given.letter,
  gates: [{ by: judge, min: 0.8, onFail: "retry" }],
  retry: { attempts: 3 },
});

export default defineScore({ id: "letters", input: given, nodes: { letter }, output: letter.output });
