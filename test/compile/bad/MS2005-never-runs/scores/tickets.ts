import { branch, defineScore, gte, input, task } from "maestro-ts";
import { z } from "zod";

const brief = input(z.object({ quality: z.number() }));
const good = branch(gte(brief.quality, 0.8));
const letter = task({ when: good.yes, output: z.string(), run: () => "Dear Ada" });
const apology = task({
  when: good.no,
  input: { letter: letter.output },
  output: z.string(),
  run: ({ input }) => input.letter,
});

export default defineScore({ id: "tickets", input: brief, nodes: { good, letter, apology } });
