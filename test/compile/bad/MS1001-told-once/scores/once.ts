import { defineScore, input, switchOn, task } from "maestro-ts";
import { z } from "zod";

const start = input(z.object({ kind: z.enum(["bug", "refund"]), n: z.number() }));
const found = task({ input: { n: start.n }, output: z.object({ total: z.number() }), run: ({ input }) => ({ total: input.n }) });
const kind = switchOn(start.kind);
const one = task({
  when: kind.is("refnd"),
  input: { total: found.output.totl },
  output: z.number(),
  run: ({ input }) => input.total,
  timout: "5s",
});
const two = task({
  when: kind.otherwise,
  input: { n: start.n },
  output: z.number(),
  run: ({ input }) => input.n.length,
  timeout: "5 minutes",
});

export default defineScore({ id: "once", input: start, nodes: { found, kind, one, two } });
