import { auto, defineScore, defineTask, oneOf, optional, task } from "maestro-ts";
import { z } from "zod";

const ask = defineTask({
  id: "ask",
  input: z.object({ n: z.number() }),
  output: z.object({ n: z.number() }),
  run: ({ input }) => input,
});

const gap = task(ask, { input: { n: 1 }, onFailure: auto({ skip: true }) });
const alone = task(ask, { input: { n: 2 }, onFailure: "auto" });
const missable = task(ask, { input: { n: 3 }, onFailure: "auto" });
const added = task(ask, { input: { n: gap.output.n } });
const more = task(ask, { input: { n: alone.output.n } });

export default defineScore({
  id: "lookup",
  nodes: { gap, alone, missable, added, more },
  output: { n: added.output.n, more: more.output.n, some: optional(missable.output.n), one: oneOf(missable.output.n, 0) },
});
