import { artifact, defineScore, defineTask, reconstruct, task } from "maestro-ts";
import { z } from "zod";

const write = defineTask({
  id: 7 as never,
  input: z.object({}),
  output: z.object({ letter: z.string() }),
  run: () => ({ letter: "Dear Ada" }),
});
const judge = defineTask({
  id: "is it kind?",
  input: z.object({ value: z.object({ letter: z.string() }) }),
  output: z.object({ score: z.number() }),
  run: () => ({ score: 1 }),
});

const first = task(write, { input: {} });
const second = task(write, { input: {}, onFailure: reconstruct({ from: "first", with: write }) });
const kept = artifact({ name: "letter", value: second.output, gates: [{ by: judge, min: 0.5 }] });

export default defineScore({ id: undefined as never, nodes: { first, second, kept } });
