import { defineScore, eq, loop, score, task } from "maestro-ts";
import { z } from "zod";
import answer from "./answer.ts";

const state = z.object({ done: z.boolean() });
const rounds = loop({
  state,
  start: { done: false },
  max: 3,
  each: () => {
    const answered = score(() => answer, { input: {} });
    const look = task({ after: [answered], output: state, run: () => ({ done: true }) });
    return { nodes: { answered, look }, next: look.output, until: eq(look.output.done, true) };
  },
});

export default defineScore({ id: "ask", nodes: { rounds } });
