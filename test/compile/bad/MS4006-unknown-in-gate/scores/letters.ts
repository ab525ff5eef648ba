import { artifact, defineScore, defineTask, task } from "maestro-ts";
import { z } from "zod";

const judge = defineTask({
  id: "judge",
  input: z.object({ value: z.string() }),
  output: z.object({ score: z.number() }),
  run: () => ({ score: 1 }),
});

const draft = task({ output: z.string(), run: () => "" });
const letter = artifact({
  name: "letter",
  value: draft.output,
  gates: [
    { by: judge, min: 0.5, onFial: "checkpoint" } as never,
    { by: judge, min: 0.5, timeout: "1h" },
    { by: judge, min: 0.5, onTimeout: "accept" },
    { by: judge, min: 0.5, onFail: "checkpoint", timeout: "soon", onTimeout: "perhaps" as never },
    { by: judge, min: 0.5, onFail: "checkpoint", timeout: "1d", onTimeout: "accept" },
  ],
});

export default defineScore({ id: "letters", nodes: { draft, letter }, output: letter.output });
