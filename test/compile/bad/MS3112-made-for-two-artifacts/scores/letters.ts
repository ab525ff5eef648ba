import { artifact, defineScore, defineTask, task } from "maestro-ts";
import { z } from "zod";

const judge = defineTask({
  id: "judge",
  input: z.object({ value: z.string() }),
  output: z.object({ score: z.number() }),
  run: ({ input }) => ({ score: input.value.length > 20 ? 1 : 0 }),
});

const draft = task({ output: z.string(), run: () => "Dear Ada" });
const gates = [{ by: judge, min: 0.8, onFail: "retry" }] as const;
const letter = artifact({ name: "letter", value: draft.output, gates, retry: { attempts: 3 } });
const copy = artifact({ name: "copy", value: draft.output, gates, retry: { attempts: 3 } });

export default defineScore({ id: "letters", nodes: { draft, letter, copy }, output: letter.output });
