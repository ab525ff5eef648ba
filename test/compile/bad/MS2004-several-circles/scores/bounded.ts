import { defineScore, input, score, task } from "maestro-ts";
import { z } from "zod";

// Says how deep it may go.
const page = input(z.object({ url: z.string() }));
const link = task({ input: { url: page.url }, output: z.object({ url: z.string() }), run: ({ input }) => input });
const below = score(() => bounded, { input: { url: link.output.url }, maxDepth: 3 });

const bounded = defineScore({ id: "bounded", input: page, nodes: { link, below } });
export default bounded;
