import { defineScore, defineTask, input, optional, task } from "maestro-ts";
import { z } from "zod";

const ask = defineTask({
  id: "ask",
  input: z.object({ question: z.string(), temperature: z.number().max(1), model: z.enum(["small", "large"]) }),
  output: z.object({ answer: z.string() }),
  run: () => ({ answer: "42" }),
});
const brief = input(z.object({ question: z.string(), degrees: z.string() }));

const asked = task(ask, {
  input: { question: brief.question, temperature: 0.7, model: "small" },
  retry: {
    attempts: 4,
    vary: [{ temperature: 2 }, { model: "huge" as never }, { temperature: brief.degrees as never, model: "large" }],
  },
});
const late = task(ask, {
  input: { question: asked.output.answer, temperature: 0, model: "small" },
  onFailure: "skip",
});
const reading = task(ask, {
  input: { question: brief.question, temperature: 0, model: "small" },
  retry: { attempts: 2, vary: [{ question: late.output.answer }] },
});

export default defineScore({
  id: "lookup",
  input: brief,
  nodes: { asked, late, reading },
  output: { late: optional(late.output.answer), read: reading.output.answer },
});
