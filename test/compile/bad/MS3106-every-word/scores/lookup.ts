import { defineScore, defineTask, task } from "maestro-ts";
import { z } from "zod";

const lookUp = defineTask({
  id: "look-up",
  input: z.object({ n: z.number() }),
  output: z.object({ n: z.number() }),
  run: ({ input }) => input,
});

const words = task(lookUp, { input: { n: 1 }, retry: { attempts: 2, on: ["timed-out", "http-state", "MS2003", "???"] } });
const numbers = task(lookUp, { input: { n: 1 }, retry: { attempts: 2, on: [408 as never] } });
const known = task(lookUp, { input: { n: 1 }, retry: { attempts: 2, on: ["MR3001", "TypeError", "_Odd"] } });

export default defineScore({ id: "lookup", nodes: { words, numbers, known } });
