import { defineScore, input, map, score, task } from "maestro-ts";
import { z } from "zod";

const page = input(z.object({ url: z.string() }));
const links = task({ input: { url: page.url }, output: z.object({ urls: z.array(z.string()).max(9) }), run: () => ({ urls: [] }) });
// Inside a map, and itself.
const below = map({
  over: links.output.urls,
  maxItems: 9,
  each: (url) => score(() => crawl, { input: { url } }),
});

const crawl = defineScore({ id: "crawl", input: page, nodes: { links, below } });
export default crawl;
