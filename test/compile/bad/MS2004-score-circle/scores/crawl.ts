import { defineScore, input, score, task } from "maestro-ts";
import { z } from "zod";

const page = input(z.object({ url: z.string() }));
const link = task({ input: { url: page.url }, output: z.object({ url: z.string() }), run: ({ input }) => input });
const below = score(() => crawl, { input: { url: link.output.url } });

const crawl = defineScore({ id: "crawl", input: page, nodes: { link, below } });
export default crawl;
