import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const pages = task({ input: {}, output: z.int(), run: () => 3 });

export default defineScore({ id: "crawl", nodes: { pages }, output: pages.output });
