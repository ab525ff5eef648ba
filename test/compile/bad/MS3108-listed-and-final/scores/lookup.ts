import { defineScore, defineTask, task } from "maestro-ts";
import { z } from "zod";

const ask = defineTask({
  id: "ask",
  input: z.object({ strict: z.boolean() }),
  output: z.object({ answer: z.string() }),
  run: () => ({ answer: "42" }),
});

const asked = task(ask, { input: { strict: true }, retry: { attempts: 2, on: ["MR3002", "MR3021"] } });
const varied = task(ask, { input: { strict: true }, retry: { attempts: 2, on: ["MR3003"], vary: [{ strict: false }] } });

export default defineScore({ id: "lookup", nodes: { asked, varied } });
