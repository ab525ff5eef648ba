import { artifact, defineScore, defineTask, task, text } from "maestro-ts";
import { z } from "zod";

const judge = defineTask({
  id: "judge",
  input: z.object({ value: z.string() }),
  output: z.object({ score: z.number() }),
  run: ({ input }) => ({ score: input.value.length > 20 ? 1 : 0 }),
});

const draft = task({ output: z.string(), run: () => "Dear Ada" });
const title = task({ input: { text: draft.output }, output: z.string(), run: ({ input }) => input.text.slice(0, 8) });
const letter = artifact({
  name: text`letter ${title.output}`,
  value: draft.output,
  gates: [{ by: judge, min: 0.8, onFail: "retry" }],
  retry: { attempts: 3 },
});

export default defineScore({ id: "letters", nodes: { draft, title, letter }, output: letter.output });
