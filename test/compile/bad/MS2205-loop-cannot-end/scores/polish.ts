import { defineScore, gte, loop, task } from "maestro-ts";
import { z } from "zod";

const State = z.object({ text: z.string(), score: z.number() });
const polished = loop({
  state: State,
  start: { text: "Dear …", score: 0 },
  max: 4,
  each: (state) => {
    const better = task({ input: { text: state.text }, output: State, run: ({ input }) => ({ ...input, score: 1 }) });
    return { nodes: { better }, next: { text: better.output.text, score: state.score }, until: gte(state.score, 0.9) };
  },
});

export default defineScore({ id: "polish", nodes: { polished } });
