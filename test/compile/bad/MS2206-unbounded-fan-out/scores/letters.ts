import { defineScore, http, input, map } from "maestro-ts";
import { z } from "zod";

const brief = input(z.object({ urls: z.array(z.url()) }));
const pages = map({
  over: brief.urls,
  maxItems: 5_000,
  each: (url) => http({ url, response: z.string() }),
});

export default defineScore({ id: "letters", input: brief, nodes: { pages }, output: pages.output });
