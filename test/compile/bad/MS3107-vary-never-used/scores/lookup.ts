import { defineScore, defineTask, task } from "maestro-ts";
import { z } from "zod";

const ask = defineTask({
  id: "ask",
  input: z.object({ temperature: z.number() }),
  output: z.object({ answer: z.string() }),
  run: () => ({ answer: "42" }),
});

const asked = task(ask, {
  input: { temperature: 0.7 },
  retry: { attempts: 2, vary: [{ temperature: 0.2 }, { temperature: 0 }] },
});
const once = task(ask, { input: { temperature: 0.7 }, retry: { attempts: 1, vary: [{ temperature: 0.2 }] } });
const fine = task(ask, { input: { temperature: 0.7 }, retry: { attempts: 5, vary: [{ temperature: 0.2 }] } });

export default defineScore({ id: "lookup", nodes: { asked, once, fine } });
