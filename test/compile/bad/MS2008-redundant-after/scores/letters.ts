import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const found = task({ output: z.number(), run: () => 1 });
const draft = task({ input: { n: found.output }, output: z.string(), run: () => "Dear …" });
const sent = task({ input: { text: draft.output }, after: [found], output: z.boolean(), run: () => true });

export default defineScore({ id: "letters", nodes: { found, draft, sent } });
